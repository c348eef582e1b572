import type { RunnableConfig } from "@langchain/core/runnables";
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  getCheckpointId,
  maxChannelVersion,
  type PendingWrite,
  TASKS,
} from "@langchain/langgraph-checkpoint";
import { TroupeError } from "../../errors.ts";
import type { Claim, RunSaverOptions } from "../storage.ts";
import { isEncoded, type NewList, type Place, readChannels, type Version, writeChannel } from "./channels.ts";
import {
  type CheckpointRow,
  findCheckpoint,
  insertCheckpoint,
  insertWrites,
  listCheckpoints,
  readWrites,
  type WriteRow,
} from "./checkpoints.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { decode, decodeElements, type Encoded, encode, encodeElement, encodeElements, encodeObject } from "./encode.ts";
import { eraseCheckpoints } from "./erase.ts";
import { insertEvents } from "./events.ts";
import { checkClaim } from "./fence.ts";
import { createListMemory, type ListMemory } from "./list-memory.ts";
import { type ListVersion, storeList } from "./lists.ts";
import { emitRun, type Signals } from "./signals.ts";

/** The claim of a run, with what its saver commits beside checkpoints and writes, and where it tells of that. */
export interface ClaimedSaving extends RunSaverOptions {
  claim: Claim;
  signals: Signals;
}

/** A version's fraction is drawn from this many, so that it has nine digits. */
const fractions = 1e9;

/**
 * LangGraph's checkpoints in SQLite. A checkpoint, or what a task wrote, is one transaction. With a claim it stamps
 * the claim's `run_id` into metadata, by which LangGraph sees that a run goes on instead of beginning, commits the events
 * that wait with each change, and throws `claim_stale` once the run is no longer the claim's.
 */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #database: Database;
  readonly #commit: Commit;
  readonly #saving: ClaimedSaving | undefined;
  readonly #run_id: string | null;
  readonly #lists: ListMemory;

  constructor(database: Database, commit: Commit, saving?: ClaimedSaving) {
    super();
    this.#database = database;
    this.#commit = commit;
    this.#saving = saving;
    this.#run_id = saving?.claim.run_id ?? null;
    this.#lists = createListMemory(database);
  }

  /** The next whole number and a random fraction: two branches of a thread must not overwrite each other's version 7. */
  override getNextVersion(current: number | undefined): number {
    const next = Math.floor(current ?? 0) + 1;
    return (next * fractions + Math.floor(Math.random() * fractions)) / fractions;
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id, checkpoint_ns = "" } = config.configurable ?? {};
    if (thread_id === undefined) return undefined;
    const row = findCheckpoint(this.#database, { thread_id, checkpoint_ns }, getCheckpointId(config));
    return row && this.#toTuple(row);
  }

  async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { limit = Infinity, before, filter = {} } = options;
    const { thread_id, checkpoint_ns } = config.configurable ?? {};
    const checkpoint_id = getCheckpointId(config) || undefined;
    const query = { thread_id, checkpoint_ns, checkpoint_id, before: before && getCheckpointId(before) };
    let left = limit;
    // Values are read one by one: a caller that stops early has not read those of the rest.
    for (const { metadata, ...configurable } of listCheckpoints(this.#database, query)) {
      if (left <= 0) return;
      const known = JSON.parse(metadata) as Record<string, unknown>;
      if (!Object.entries(filter).every(([name, value]) => known[name] === value)) continue;
      const tuple = await this.getTuple({ configurable });
      if (!tuple) continue;
      left -= 1;
      yield tuple;
    }
  }

  async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const place = requirePlace(config);
    const { id: checkpoint_id, channel_values, ...head } = checkpoint;
    const configurable = { ...place, checkpoint_id };
    // All is encoded before the first await: a node may change a value in place after it.
    const row: CheckpointRow = {
      ...configurable,
      parent_checkpoint_id: getCheckpointId(config) || null,
      run_id: this.#run_id,
      metadata: encodeObject({
        ...this.#saving?.metadata,
        ...metadata,
        ...(this.#run_id !== null && { run_id: this.#run_id }),
      }),
      checkpoint: JSON.stringify(head),
    };
    const values = this.#encodeChannels(row, channel_values, newVersions);
    await this.#commitClaimed(() => {
      insertCheckpoint(this.#database, row);
      for (const [channel, version, value] of values) writeChannel(this.#database, place, channel, version, value);
    });
    return { configurable };
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task_id: string, task_path = ""): Promise<void> {
    const place = requirePlace(config);
    const checkpoint_id = getCheckpointId(config);
    if (!checkpoint_id) throw missing("checkpoint_id");
    const values = writes.map(([, value]) => (Array.isArray(value) ? encodeElements(value) : encode(value)));
    await this.#commitClaimed(() =>
      insertWrites(this.#database, place, checkpoint_id, { task_id, task_path, run_id: this.#run_id }, writes, values),
    );
  }

  async deleteThread(thread_id: string): Promise<void> {
    this.#lists.clear();
    await this.#commitClaimed(() => eraseCheckpoints(this.#database, thread_id));
    this.#database.truncateLog();
  }

  async #commitClaimed(work: () => void): Promise<void> {
    const saving = this.#saving;
    if (!saving) return this.#commit(work);
    const { claim, takeEvents, signals } = saving;
    const hasEvents = await this.#commit(() => {
      checkClaim(this.#database, claim);
      work();
      const events = takeEvents?.() ?? [];
      insertEvents(this.#database, claim.run_id, events);
      return events.length > 0;
    });
    if (hasEvents) emitRun(signals, claim);
  }

  /** Encodes the channels that have new versions: a list as what it adds to the one of the parent checkpoint. */
  #encodeChannels(row: CheckpointRow, values: Record<string, unknown>, newVersions: ChannelVersions) {
    const lists = new Map(this.#lists.get(row, row.parent_checkpoint_id));
    const encoded: [channel: string, version: Version, value: Encoded | NewList][] = [];
    for (const [channel, version] of Object.entries(newVersions)) {
      if (!(channel in values)) continue;
      const value = values[channel];
      if (!Array.isArray(value) || typeof version !== "number") {
        encoded.push([channel, version, encode(value)]);
        continue;
      }
      const elements = value.map(encodeElement);
      const { stored, list } = storeList(version, elements, lists.get(channel));
      lists.set(channel, list);
      encoded.push([channel, version, { stored, elements }]);
    }
    this.#lists.set(row, row.checkpoint_id, lists);
    return encoded;
  }

  async #toTuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const { thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id: parent } = row;
    const head = JSON.parse(row.checkpoint) as Omit<Checkpoint, "id" | "channel_values">;
    // All is read before the first await, so that it is of one moment.
    const values = readChannels(this.#database, row, head.channel_versions);
    const writes = readWrites(this.#database, row, checkpoint_id);
    const sends = head.v < 4 && parent !== null ? readWrites(this.#database, row, parent) : [];

    const checkpoint: Checkpoint = { ...head, id: checkpoint_id, channel_values: {} };
    const lists = new Map<string, ListVersion>();
    for (const [channel, value] of values) {
      if (!isEncoded(value)) lists.set(channel, value);
      checkpoint.channel_values[channel] = await (isEncoded(value) ? decode(value) : decodeElements(value.elements));
    }
    this.#lists.set(row, checkpoint_id, lists);
    if (head.v < 4 && parent !== null) await this.#addSends(checkpoint, sends);
    return {
      config: { configurable: { thread_id, checkpoint_ns, checkpoint_id } },
      checkpoint,
      metadata: (await decode(row.metadata)) as CheckpointMetadata,
      ...(parent !== null && { parentConfig: { configurable: { thread_id, checkpoint_ns, checkpoint_id: parent } } }),
      pendingWrites: await Promise.all(writes.map(toPendingWrite)),
    };
  }

  /** Before format 4 the sends of a step were only writes on its parent; now they are a channel. */
  async #addSends(checkpoint: Checkpoint, writes: readonly WriteRow[]): Promise<void> {
    const sends = writes.filter(({ channel }) => channel === TASKS);
    const versions = Object.values(checkpoint.channel_versions);
    checkpoint.channel_values[TASKS] = await Promise.all(sends.map(({ value }) => decode(value)));
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
  }
}

async function toPendingWrite({ task_id, channel, value }: WriteRow): Promise<CheckpointPendingWrite> {
  return [task_id, channel, await decode(value)];
}

function requirePlace({ configurable }: RunnableConfig): Place {
  const { thread_id, checkpoint_ns = "" } = configurable ?? {};
  if (typeof thread_id !== "string") throw missing("thread_id");
  return { thread_id, checkpoint_ns };
}

const missing = (field: string) =>
  new TroupeError("invalid_request", `The config has no "${field}".`, {
    hint: `Pass { configurable: { ${field}: "…" } } as the graph's config.`,
  });
