import { ERROR, INTERRUPT, RESUME } from "@langchain/langgraph-checkpoint";
import type { Claim, RunProgress } from "../storage.ts";
import type { Database } from "./connection.ts";
import { nullTask } from "./roll-back.ts";

interface Row {
  checkpoint_ns: string;
  task_id: string;
  channel: string;
  is_own: number;
}

/** What is no output of a task, though it wrote it. */
const aside = new Set([ERROR, INTERRUPT, RESUME, "__error_source_node__"]);

/** Reads what a run has committed on the latest checkpoints of its thread, as its next attempt meets them. */
export function readProgress(database: Database, { run_id, thread_id }: Claim): RunProgress {
  const rows = database
    .prepare<Row>(
      `SELECT w.checkpoint_ns, w.task_id, w.channel, w.run_id IS ?2 AS is_own
       FROM (SELECT checkpoint_ns, max(checkpoint_id) AS checkpoint_id FROM checkpoints WHERE thread_id = ?1 GROUP BY checkpoint_ns) latest
       JOIN writes w ON w.thread_id = ?1 AND w.checkpoint_ns = latest.checkpoint_ns AND w.checkpoint_id = latest.checkpoint_id`,
    )
    .all(thread_id, run_id);
  // Where it wrote nothing it has not begun: what others left there, LangGraph has still to tell.
  const begun = new Set(rows.filter(({ is_own }) => is_own).map(({ checkpoint_ns }) => checkpoint_ns));
  const finished = rows.filter(({ checkpoint_ns, task_id, channel }) => {
    return begun.has(checkpoint_ns) && task_id !== nullTask && !aside.has(channel);
  });
  const tasks = new Map(finished.map((row) => [row.task_id, { ...pick(row), interrupted: false }]));
  for (const row of rows) {
    const stands = row.channel === INTERRUPT && row.is_own && !tasks.has(row.task_id);
    if (stands) tasks.set(row.task_id, { ...pick(row), interrupted: true });
  }
  return { tasks: [...tasks.values()] };
}

const pick = ({ checkpoint_ns, task_id }: Row) => ({ checkpoint_ns, task_id });
