import { TroupeError } from "../../errors.ts";
import type { Claim } from "../storage.ts";
import type { Database } from "./connection.ts";

/** Throws `claim_stale` unless the run is running with that attempt. To be called in the transaction that it guards. */
export function checkClaim(database: Database, claim: Claim): void {
  const held = database
    .prepare("SELECT 1 FROM runs WHERE run_id = ? AND attempt = ? AND status = 'running'")
    .get(claim.run_id, claim.attempt);
  if (!held) throw claimStale(claim);
}

/** The error of every write of a claim that holds its run no longer. */
export const claimStale = ({ run_id, attempt }: Claim): TroupeError =>
  new TroupeError("claim_stale", `Attempt ${attempt} of the run "${run_id}" no longer holds it.`, {
    hint: "Stop this execution: the run has ended, was deleted, or goes on in a later attempt.",
  });
