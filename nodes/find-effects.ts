import { join } from "node:path";
import { getConfig } from "@langchain/langgraph";
import { readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import type { EffectStorage, NewEffect, Storage } from "../storage/storage.ts";

const opened = new Map<string, Promise<Storage>>();

/** The effect that a node asks for, and where its like are recorded. */
export interface FoundEffects {
  effects: EffectStorage;
  effect: NewEffect;
  /** The task of the graph that asks: the same when it runs again. */
  task: string;
}

/**
 * Finds out which run of which thread calls from a node, and where its effects are recorded: in the server that runs it,
 * or else in the data folder, which is opened on first use. Throws `effect_without_thread` and what opening throws.
 */
export async function findEffects(key: string): Promise<FoundEffects> {
  const config = getConfig() as ReturnType<typeof getConfig> | undefined;
  const { thread_id, checkpoint_ns, __troupe_effects } = config?.configurable ?? {};
  if (typeof thread_id !== "string") {
    throw new TroupeError("effect_without_thread", `once("${key}") was called where no thread runs.`, {
      hint: "Call it in a node, and run the graph with a checkpointer and { configurable: { thread_id } }.",
    });
  }
  const { run_id = "", run_attempt = 1 } = { ...config?.configurable, ...config?.metadata } as Record<string, never>;
  const effect = { thread_id, key, run_id, attempt: run_attempt, started_at: new Date().toISOString() };
  const effects = (__troupe_effects as EffectStorage | undefined) ?? (await open()).effectsFor();
  return { effects, effect, task: String(checkpoint_ns) };
}

function open(): Promise<Storage> {
  const path = join(readConfig().TROUPE_DATA, "server.sqlite");
  const storage = opened.get(path) ?? openSqliteStorage({ path });
  opened.set(path, storage);
  storage.catch(() => opened.delete(path));
  return storage;
}
