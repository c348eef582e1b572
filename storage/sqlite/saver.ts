import type { RunnableConfig } from "@langchain/core/runnables";
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  getCheckpointId,
  maxChannelVersion,
  type PendingWrite,
  TASKS,
  WRITES_IDX_MAP,
} from "@langchain/langgraph-checkpoint";
import { TroupeError } from "../../errors.ts";
import type { Claim } from "../storage.ts";
import { type NewList, type Place, readChannel, writeChannel } from "./channels.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { decode, decodeElements, type Encoded, encode, encodeElement, encodeElements } from "./encode.ts";
import { eraseCheckpoints } from "./erase.ts";
import { checkClaim } from "./fence.ts";
import { type ListVersion, storeList } from "./lists.ts";

type Version = number | string;

interface CheckpointRow extends Place {
  checkpoint_id: string;
  parent_checkpoint_id: string | null;
  metadata: string;
  checkpoint: string;
}

interface WriteRow {
  task_id: string;
  channel: string;
  value: Encoded;
}

/** A version's fraction is drawn from this many, so that it has nine digits. */
const fractions = 1e9;

/** A run with many subgraph calls has a list for each; those not written for long are read again when they are. */
const rememberedLists = 64;

/**
 * LangGraph's checkpoints in SQLite. A put, or the writes of a task, is one transaction. With a claim it stamps the
 * claim's `run_id` into metadata, by which LangGraph sees that a run goes on instead of beginning, and throws
 * `claim_stale` once the run is no longer the claim's.
 */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #database: Database;
  readonly #commit: Commit;
  readonly #claim: Claim | undefined;
  /** The latest version read or written of each list, least recent first: its next version is stored as what it adds. */
  readonly #lists = new Map<string, ListVersion>();

  constructor(database: Database, commit: Commit, claim?: Claim) {
    super();
    this.#database = database;
    this.#commit = commit;
    this.#claim = claim;
  }

  /** The next whole number and a random fraction: two branches of a thread must not overwrite each other's version 7. */
  override getNextVersion(current: number | undefined): number {
    const next = Math.floor(current ?? 0) + 1;
    return (next * fractions + Math.floor(Math.random() * fractions)) / fractions;
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id, checkpoint_ns = "" } = config.configurable ?? {};
    if (thread_id === undefined) return undefined;
    const checkpoint_id = getCheckpointId(config);
    const place = "SELECT * FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ?";
    const row = checkpoint_id
      ? this.#prepare<CheckpointRow>(`${place} AND checkpoint_id = ?`).get(thread_id, checkpoint_ns, checkpoint_id)
      : this.#prepare<CheckpointRow>(`${place} ORDER BY checkpoint_id DESC LIMIT 1`).get(thread_id, checkpoint_ns);
    return row && this.#toTuple(row);
  }

  async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { limit = Infinity, before, filter = {} } = options;
    const conditions = Object.entries({
      "thread_id = ?": config.configurable?.["thread_id"] as string | undefined,
      "checkpoint_ns = ?": config.configurable?.["checkpoint_ns"] as string | undefined,
      "checkpoint_id = ?": getCheckpointId(config) || undefined,
      "checkpoint_id < ?": before && getCheckpointId(before),
    }).filter((condition): condition is [string, string] => condition[1] !== undefined);
    const where = conditions.map(([sql]) => sql).join(" AND ") || "TRUE";
    // Only the keys of all: a caller that stops early has not read the values of the rest.
    const rows = this.#prepare<Omit<CheckpointRow, "checkpoint">>(
      `SELECT thread_id, checkpoint_ns, checkpoint_id, metadata FROM checkpoints WHERE ${where} ORDER BY checkpoint_id DESC`,
    ).all(...conditions.map(([, value]) => value));
    let left = limit;
    for (const { metadata, ...configurable } of rows) {
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
    const { thread_id, checkpoint_ns } = place;
    const parent = getCheckpointId(config) || null;
    const { id, channel_values, ...head } = checkpoint;
    // All is encoded before the first await: a node may change a value in place after it.
    const headJson = JSON.stringify(head);
    const metadataJson = encode(this.#claim ? { ...metadata, run_id: this.#claim.run_id } : metadata);
    const values: [channel: string, version: Version, value: Encoded | NewList][] = [];
    for (const [channel, version] of Object.entries(newVersions)) {
      if (!(channel in channel_values)) continue;
      values.push([channel, version, this.#encodeChannel(place, parent, channel, version, channel_values[channel])]);
    }
    await this.#commitClaimed(() => {
      this.#prepare("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?)").run(
        thread_id,
        checkpoint_ns,
        id,
        parent,
        metadataJson,
        headJson,
      );
      for (const [channel, version, value] of values) writeChannel(this.#database, place, channel, version, value);
    });
    return { configurable: { thread_id, checkpoint_ns, checkpoint_id: id } };
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task_id: string, task_path = ""): Promise<void> {
    const { thread_id, checkpoint_ns } = requirePlace(config);
    const checkpoint_id = getCheckpointId(config);
    if (!checkpoint_id) throw missing("checkpoint_id");
    const values = writes.map(([, value]) => (Array.isArray(value) ? encodeElements(value) : encode(value)));
    await this.#commitClaimed(() => {
      for (const [index, [channel]] of writes.entries()) {
        // What a task returned stands once written; its error, interrupt and answers give way to later ones.
        const special = WRITES_IDX_MAP[channel];
        const insert = special === undefined ? "INSERT OR IGNORE" : "INSERT OR REPLACE";
        this.#prepare(`${insert} INTO writes VALUES (?, ?, ?, ?, ?, ?, ?, ?)`).run(
          thread_id,
          checkpoint_ns,
          checkpoint_id,
          task_id,
          special ?? index,
          task_path,
          channel,
          values[index]!,
        );
      }
    });
  }

  async deleteThread(thread_id: string): Promise<void> {
    this.#lists.clear();
    await this.#commitClaimed(() => eraseCheckpoints(this.#database, thread_id));
    this.#database.truncateLog();
  }

  #prepare<Row>(sql: string) {
    return this.#database.prepare<Row>(sql);
  }

  #commitClaimed(work: () => void): Promise<void> {
    return this.#commit(() => {
      if (this.#claim) checkClaim(this.#database, this.#claim);
      work();
    });
  }

  #encodeChannel(place: Place, parent: string | null, channel: string, version: Version, value: unknown) {
    if (!Array.isArray(value) || typeof version !== "number") return encode(value);
    const elements = value.map(encodeElement);
    const earlier = this.#lists.get(listKey(place, channel)) ?? this.#readParentList(place, parent, channel);
    const { stored, list } = storeList(version, elements, earlier);
    this.#remember(place, channel, list);
    return { stored, elements };
  }

  #readParentList(place: Place, parent: string | null, channel: string): ListVersion | undefined {
    if (parent === null) return undefined;
    const row = this.#prepare<{ version: Version }>(
      `SELECT versions.value version FROM checkpoints, json_each(checkpoint, '$.channel_versions') versions
       WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ? AND versions.key = ?`,
    ).get(place.thread_id, place.checkpoint_ns, parent, channel);
    const value = row && readChannel(this.#database, place, channel, row.version);
    return isList(value) ? value : undefined;
  }

  #remember(place: Place, channel: string, list: ListVersion): void {
    const key = listKey(place, channel);
    this.#lists.delete(key);
    this.#lists.set(key, list);
    if (this.#lists.size > rememberedLists) this.#lists.delete(this.#lists.keys().next().value!);
  }

  async #toTuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const { thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id: parent } = row;
    const head = JSON.parse(row.checkpoint) as Omit<Checkpoint, "id" | "channel_values">;
    // All is read before the first await, so that it is of one moment.
    const values = Object.entries(head.channel_versions).map(
      ([channel, version]) => [channel, readChannel(this.#database, row, channel, version)] as const,
    );
    const writes = this.#readWrites(row, checkpoint_id);
    const sends = head.v < 4 && parent !== null ? this.#readWrites(row, parent).filter(isSend) : undefined;

    const checkpoint: Checkpoint = { ...head, id: checkpoint_id, channel_values: {} };
    for (const [channel, value] of values) {
      if (value === undefined) continue;
      if (isList(value)) this.#remember(row, channel, value);
      checkpoint.channel_values[channel] = await (isList(value) ? decodeElements(value.elements) : decode(value));
    }
    if (sends) await this.#addSends(checkpoint, sends);
    const tuple: CheckpointTuple = {
      config: { configurable: { thread_id, checkpoint_ns, checkpoint_id } },
      checkpoint,
      metadata: (await decode(row.metadata)) as CheckpointMetadata,
      pendingWrites: [],
    };
    if (parent !== null) tuple.parentConfig = { configurable: { thread_id, checkpoint_ns, checkpoint_id: parent } };
    for (const { task_id, channel, value } of writes) tuple.pendingWrites!.push([task_id, channel, await decode(value)]);
    return tuple;
  }

  #readWrites({ thread_id, checkpoint_ns }: Place, checkpoint_id: string): WriteRow[] {
    return this.#prepare<WriteRow>(
      `SELECT task_id, channel, value FROM writes WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?
       ORDER BY task_path, task_id, idx`,
    ).all(thread_id, checkpoint_ns, checkpoint_id);
  }

  /** Before format 4 the sends of a step were writes of its parent only; now they are a channel. */
  async #addSends(checkpoint: Checkpoint, sends: WriteRow[]): Promise<void> {
    const versions = Object.values(checkpoint.channel_versions);
    checkpoint.channel_values[TASKS] = await Promise.all(sends.map(({ value }) => decode(value)));
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
  }
}

const listKey = ({ thread_id, checkpoint_ns }: Place, channel: string) => `${thread_id}\n${checkpoint_ns}\n${channel}`;

const isList = (value: Encoded | ListVersion | undefined): value is ListVersion =>
  typeof value === "object" && "elements" in value;

const isSend = ({ channel }: WriteRow) => channel === TASKS;

function requirePlace({ configurable }: RunnableConfig): Place {
  const { thread_id, checkpoint_ns = "" } = configurable ?? {};
  if (typeof thread_id !== "string") throw missing("thread_id");
  return { thread_id, checkpoint_ns };
}

const missing = (field: string) =>
  new TroupeError("invalid_request", `The config has no "${field}".`, {
    hint: `Pass { configurable: { ${field}: "…" } } as the graph's config.`,
  });
