import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { expect, test } from "vitest";
import { describeAssistants } from "./describe-assistants.ts";
import { describeCancel } from "./describe-cancel.ts";
import { describeClaims } from "./describe-claims.ts";
import { describeCrons } from "./describe-crons.ts";
import { describeEffects } from "./describe-effects.ts";
import { describeRetention } from "./describe-retention.ts";
import { describeRuns } from "./describe-runs.ts";
import { describeSpans } from "./describe-spans.ts";
import { describeThreads } from "./describe-threads.ts";
import { describeWebhooks } from "./describe-webhooks.ts";
import {
  checkpointMetadata,
  claimNew,
  newEvent,
  newRun,
  openAt,
  type OpenStorage,
  success,
  worker,
} from "./fixture.ts";

/** What every storage does, whatever keeps its data. `createPlace` makes a new, empty place; a test closes what it opens there. */
export function describeStorage(name: string, createPlace: () => OpenStorage): void {
  describeAssistants(name, createPlace);
  describeThreads(name, createPlace);
  describeRetention(name, createPlace);
  describeRuns(name, createPlace);
  describeCancel(name, createPlace);
  describeClaims(name, createPlace);
  describeCrons(name, createPlace);
  describeEffects(name, createPlace);
  describeSpans(name, createPlace);
  describeWebhooks(name, createPlace);

  test(`${name}: what was stored is there when it is opened again`, async () => {
    const place = createPlace();
    const before = await place();
    const claim = await claimNew(before, "t");
    await before.events.append(claim, [newEvent("0")]);
    const config = { configurable: { thread_id: "t" } };
    await before.checkpointerFor(claim).put(config, emptyCheckpoint(), checkpointMetadata, {});
    await before.runs.create(newRun("t"));
    await before.close();

    const after = await openAt(place);
    expect(await after.runs.get(claim.run_id)).toMatchObject({ status: "running", attempt: 1 });
    expect(await after.events.list(claim.run_id, { after: -1, limit: 9 })).toHaveLength(1);
    expect(await after.checkpointer.getTuple(config)).toBeDefined();
    await after.runs.finish(claim, success);
    expect(await after.runs.claim(worker)).toMatchObject({ thread_id: "t", attempt: 1 });
  });
}
