import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { openSqliteStorage } from "../../storage/sqlite/open-sqlite-storage.ts";
import { makeTemporaryFolder } from "../fixtures/make-temporary-folder.ts";
import { createRandom, faultSize, faultTimeout, takeSeed } from "./fault-size.ts";
import { type Frame, readFrames, updatedNodes } from "./read-frames.ts";
import { type FaultServer, readDiary, startFaultServer } from "./start-fault-server.ts";

const [kills, runs, clients] = [100 * faultSize, 1_000 * faultSize, 12];
const nodes = ["pack", "ride", "read", "pay", "unpack"];

/** A thread whose first run the server has acknowledged, with all that its client has read. */
interface Trip {
  id: string;
  thread_id: string;
  streams: { run_id: string; frames: Frame[] }[];
  isDone: boolean;
}

/** What is committed of a trip: its nodes in the last checkpoint, and those whose writes are pending beside it. */
async function readCommitted(folder: string, trips: Trip[]): Promise<string[]> {
  const storage = await openSqliteStorage({ path: join(folder, "data/server.sqlite") });
  const found = await Promise.all(
    trips.map(async ({ thread_id }) => {
      const tuple = await storage.checkpointer.getTuple({ configurable: { thread_id } });
      const pending = tuple?.pendingWrites?.filter(([, channel]) => channel === "log") ?? [];
      return [tuple?.checkpoint.channel_values["log"] ?? [], ...pending.map(([, , value]) => value)].flat() as string[];
    }),
  );
  await storage.close();
  return found.flat();
}

/** Streams in short, for a person who looks for what went wrong. */
function tell(streams: Trip["streams"]): string {
  const words = ({ event, data }: Frame): string => {
    if (event === "metadata") return `attempt ${(JSON.parse(data) as { attempt: number }).attempt}`;
    return event === "updates" ? Object.keys(JSON.parse(data) as object).join("+") : event;
  };
  return streams.map(({ run_id, frames }) => `${run_id}: ${frames.map(words).join(", ")}`).join("; ");
}

test(
  `${kills} SIGKILLs lose no run, repeat no committed node and double no effect`,
  { timeout: faultTimeout },
  async () => {
    const random = createRandom(takeSeed());
    const folder = makeTemporaryFolder();
    const trips: Trip[] = [];
    let server: FaultServer = startFaultServer(folder);
    let killed = 0;
    let started: PromiseWithResolvers<void> = Promise.withResolvers();

    const isOver = () => killed >= kills && trips.length >= runs;

    /** Sends a request to whichever server lives; `undefined` when it died before it answered. */
    async function send<Answer>(path: string, body?: object): Promise<Answer | undefined> {
      const [current, next] = [server, started.promise];
      try {
        const url = await current.url;
        const init = body && { method: "POST", body: JSON.stringify(body) };
        const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(20_000) });
        const text = await response.text();
        expect(response.status, `${path} ${text}`).toBeLessThan(300);
        return JSON.parse(text) as Answer;
      } catch (error) {
        if (current.isAlive() && !(error instanceof TypeError)) throw error;
        if (!isOver()) await next;
        return undefined;
      }
    }

    async function get<Answer>(path: string): Promise<Answer> {
      for (;;) {
        const answer = await send<Answer>(path);
        if (answer !== undefined) return answer;
      }
    }

    async function follow({ thread_id, streams }: Trip, run_id: string): Promise<void> {
      const frames: Frame[] = [];
      streams.push({ run_id, frames });
      for (;;) {
        const run = await get<{ status: string }>(`/threads/${thread_id}/runs/${run_id}`);
        const url = await server.url.catch(() => undefined);
        const isRead = url && (await readFrames(`${url}/threads/${thread_id}/runs/${run_id}/stream`, frames));
        if (isRead && run.status !== "pending" && run.status !== "running") return;
      }
    }

    async function travel(): Promise<void> {
      const trip: Trip = { id: randomUUID(), thread_id: randomUUID(), streams: [], isDone: false };
      const path = `/threads/${trip.thread_id}/runs`;
      const stream_mode = ["updates", "custom", "values"];
      const body = { assistant_id: "trip", input: { id: trip.id }, stream_mode, if_not_exists: "create" };
      const run = await send<{ run_id: string }>(path, body);
      if (!run) return;
      trips.push(trip);
      let { run_id } = run;
      await follow(trip, run_id);
      const readThread = () => get<{ status: string }>(`/threads/${trip.thread_id}`);
      while ((await readThread()).status === "interrupted") {
        const outcome = readDiary(folder).includes(`effect ${trip.id}`) ? "done" : "repeat";
        const command = { resume: { outcome, result: `receipt of ${trip.id}` } };
        await send(path, { assistant_id: "trip", command, stream_mode });
        // It may have been acknowledged or not before a kill.
        const [newest] = await get<{ run_id: string }[]>(path);
        if (newest!.run_id === run_id) continue;
        ({ run_id } = newest!);
        await follow(trip, run_id);
      }
      trip.isDone = true;
    }

    async function work(): Promise<void> {
      while (!isOver()) await travel();
    }

    const committed = new Map<string, number>();
    const working = Promise.all(Array.from({ length: clients }, work));
    const failed = working.then(
      () => undefined,
      (error: unknown) => error,
    );
    while (!isOver()) {
      // One in seven dies while it starts and takes up what the one before has left.
      if (random() < 1 / 7) await setTimeout(random() * 1_200);
      else await server.url.then(() => setTimeout(random() * 1_000));
      await server.kill();
      killed += 1;
      const before = readDiary(folder).length;
      const open = trips.filter(({ isDone }) => !isDone);
      for (const label of await readCommitted(folder, open)) committed.set(label, committed.get(label) ?? before);
      server = startFaultServer(folder);
      started.resolve();
      started = Promise.withResolvers();
      await Promise.race([Promise.resolve(), failed.then((error) => error && Promise.reject(error as Error))]);
    }
    await working;

    const diary = readDiary(folder);
    const effects = diary.filter((line) => line.startsWith("effect "));
    const url = await server.url;
    const problems = {
      repeated: diary.filter(
        (line, at) => line.startsWith("start ") && at >= (committed.get(line.slice(6)) ?? Infinity),
      ),
      doubled: effects.filter((line, at) => effects.indexOf(line) !== at),
      lost: [] as string[],
      brokenStreams: [] as string[],
      updates: [] as string[],
    };
    for (const { id, thread_id, streams } of trips) {
      const response = await fetch(`${url}/threads/${thread_id}`);
      const { status, values } = (await response.json()) as { status: string; values: { log: string[] } };
      const log = [...nodes.map((node) => `${id}:${node}`), `receipt of ${id}`];
      const isWhole = status === "idle" && values.log.toSorted().join() === log.toSorted().join();
      if (!isWhole || !effects.includes(`effect ${id}`))
        problems.lost.push(`${thread_id} ${status}: ${values.log.join()}; ${tell(streams)}`);

      for (const { run_id, frames } of streams) {
        const replay: Frame[] = [];
        await readFrames(`${url}/threads/${thread_id}/runs/${run_id}/stream`, replay);
        const isOrdered = frames.every((frame, number) => frame.id === number);
        if (!isOrdered || JSON.stringify(frames) !== JSON.stringify(replay)) {
          problems.brokenStreams.push(
            tell([
              { run_id, frames },
              { run_id: "again", frames: replay },
            ]),
          );
        }
      }
      const told = streams.flatMap(({ frames }) => frames.flatMap(updatedNodes));
      if (told.toSorted().join() !== nodes.toSorted().join()) problems.updates.push(tell(streams));
    }
    const asked = trips.reduce((sum, { streams }) => sum + streams.length - 1, 0);
    console.log(
      `${killed} SIGKILLs, ${trips.length} runs, ${committed.size} committed nodes found, ${asked} effects asked for`,
    );
    expect(problems).toEqual({ repeated: [], doubled: [], lost: [], brokenStreams: [], updates: [] });
  },
);
