import { isTroupeError } from "../../errors.ts";
import type { Cron, NewRun, ThreadRow } from "../../storage/storage.ts";
import { CallerAnswer } from "../auth/caller.ts";
import type { ServerContext } from "../context.ts";
import { findAssistant } from "../find-assistant.ts";
import { admitRun } from "../runs/admit-run.ts";
import { RunBody } from "../runs/run-body.ts";
import { startRun } from "../runs/start-run.ts";
import { nextTime } from "./next-time.ts";

/** A clock that is set may reach a due time sooner than a timer. */
const longestMs = 600_000;
/** How long it rests when no run can be made, as where too many wait. */
const restMs = 5_000;

/**
 * Starts the runs of crons as these become due, each due time once. Times that passed while no server ran make one run.
 * A cron whose assistant or thread is gone is disabled. The answer stops it.
 */
export function fireCrons(context: ServerContext, log: (message: string, error: unknown) => void): () => Promise<void> {
  const { crons } = context.storage;
  const { closing } = context;
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  let firing: Promise<void> | undefined;

  function wake(): void {
    again = true;
    firing ??= fireAll()
      .catch((error: unknown) => {
        if (closing.aborted) return;
        log("The runs of crons cannot be started.", error);
        arm(Date.now() + restMs);
      })
      .finally(() => {
        firing = undefined;
        if (again && !closing.aborted) wake();
      });
  }

  async function fireAll(): Promise<void> {
    while (again && !closing.aborted) {
      again = false;
      let rests = false;
      for (const cron of await crons.listDue(new Date())) rests = !(await tryToFire(cron)) || rests;
      arm(rests ? Date.now() + restMs : await crons.nextDue());
    }
  }

  function arm(due: number | undefined): void {
    clearTimeout(timer);
    if (due === undefined || closing.aborted) return;
    timer = setTimeout(wake, Math.min(Math.max(due - Date.now(), 1), longestMs)).unref();
  }

  /** Answers `false` when it is to be tried again. One cron must not stop the others. */
  async function tryToFire(cron: Cron): Promise<boolean> {
    if (closing.aborted) return true;
    try {
      await fire(cron);
      return true;
    } catch (error) {
      if (!closing.aborted) log(`The run of the cron "${cron.cron_id}" cannot be started yet.`, error);
      return false;
    }
  }

  async function fire(cron: Cron): Promise<void> {
    const due = cron.next_run_date!;
    const fired = { cron_id: cron.cron_id, due, next_run_date: nextTime(toSchedule(cron), new Date()) };
    try {
      await startRun(context, { ...(await toRun(context, cron)), cron: fired });
    } catch (error) {
      const code = isTroupeError(error) ? error.code : undefined;
      if (code === "claim_stale") return;
      const isGone = code === "assistant_not_found" || code === "thread_not_found";
      if (!isGone && code !== "thread_busy") throw error;
      log(`The cron "${cron.cron_id}" ${isGone ? "is disabled" : `passes over "${due}"`}.`, error);
      await crons.skip(fired, !isGone);
    }
  }

  const unsubscribe = crons.onDue(wake);
  wake();
  return async () => {
    unsubscribe();
    clearTimeout(timer);
    await firing;
    clearTimeout(timer);
  };
}

const toSchedule = ({ schedule, timezone, end_time }: Cron) => ({
  schedule,
  timezone: timezone ?? null,
  end_time: end_time ?? null,
});

/** The run that a cron asks for, as its maker would. */
async function toRun(context: ServerContext, cron: Cron): Promise<NewRun> {
  const { assistant_id, cron_id, metadata, caller } = cron;
  const thread_id = cron.thread_id ?? undefined;
  const assistant = await findAssistant(context, assistant_id);
  const thread: ThreadRow | undefined =
    thread_id === undefined ? undefined : await context.storage.threads.get(thread_id);
  const body = RunBody.parse({ ...cron.payload, assistant_id, on_completion: cron.on_run_completed });
  return admitRun(
    { ...body, multitask_strategy: body.multitask_strategy ?? "enqueue" },
    {
      assistant,
      thread_id,
      thread,
      headers: {},
      caller: caller === null ? undefined : CallerAnswer.parse(caller),
      metadata: { ...metadata, cron_id },
    },
  );
}
