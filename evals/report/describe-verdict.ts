import type { Gate } from "../gate/gate.ts";

/** What the gate says in a few words; that it did not fail says nothing of a run that was held against nothing. */
export const describeVerdict = ({ passed, held }: Gate): string =>
  !passed ? "The gate failed" : held ? "The gate passed" : "The gate had nothing to compare with";
