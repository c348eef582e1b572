import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../fixtures/make-temporary-folder.ts";
import { createRandom, faultSize, faultTimeout, takeSeed } from "./fault-size.ts";
import { type Frame, readFrames, updatedNodes } from "./read-frames.ts";
import { type FaultServer, readDiary, startFaultServer } from "./start-fault-server.ts";

const [pairs, rounds, runsPerRound] = [4, 5 * faultSize, 6];
/** With this a process that is not frozen renews in time also on a busy machine. */
const environment = { LEASE_MS: "1500" };

interface Sent {
  id: string;
  thread_id: string;
  run_id: string;
}

async function sendRun(url: string): Promise<Sent> {
  const [id, thread_id] = [randomUUID(), randomUUID()];
  const body = { assistant_id: "slow", input: { id }, stream_mode: ["updates"], if_not_exists: "create" };
  const response = await fetch(`${url}/threads/${thread_id}/runs`, { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return { id, thread_id, run_id: ((await response.json()) as Sent).run_id };
}

/** Whether no process holds the lock of the database for longer than a commit takes. */
function canWrite(folder: string): boolean {
  using database = new DatabaseSync(join(folder, "data/server.sqlite"), { timeout: 1_000 });
  try {
    database.exec("BEGIN IMMEDIATE; ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

/** Reads all that a server tells of a run, once it has ended. */
async function readRun(url: string, { thread_id, run_id }: Sent) {
  const frames: Frame[] = [];
  await readFrames(`${url}/threads/${thread_id}/runs/${run_id}/stream`, frames);
  const [run, thread, history] = await Promise.all(
    [`/runs/${run_id}`, "", "/history"].map(async (path) => {
      const response = await fetch(`${url}/threads/${thread_id}${path}`);
      return response.json();
    }),
  );
  return { frames, run, thread, history };
}

const title = `${pairs * rounds} freezes of one of two servers past its lease: all it writes afterwards is refused, every run ends once`;
test(title, { timeout: faultTimeout }, async () => {
  const random = createRandom(takeSeed());
  const refused: Record<string, number> = {};
  let inCommits = 0;

  async function freeze(folder: string, frozen: FaultServer, other: FaultServer): Promise<void> {
    const [frozenUrl, url] = await Promise.all([frozen.url, other.url]);
    const sent = await Promise.all(Array.from({ length: runsPerRound }, () => sendRun(frozenUrl)));
    await setTimeout(random() * 1_000);
    frozen.signal("SIGSTOP");
    // Frozen in the moment of a commit it would hold the file, and nobody could take anything over: SQLite's own limit.
    while (!canWrite(folder)) {
      frozen.signal("SIGCONT");
      inCommits += 1;
      await setTimeout(random() * 20);
      frozen.signal("SIGSTOP");
    }
    const ended = await Promise.all(sent.map((run) => readRun(url, run)));
    const refusedBefore = readDiary(folder).filter((line) => line.startsWith("refused"));
    frozen.signal("SIGCONT");
    // By the end of a new run it has also tried to write all that it had begun.
    await readRun(frozenUrl, await sendRun(frozenUrl));
    expect(await Promise.all(sent.map((run) => readRun(url, run)))).toEqual(ended);

    for (const [index, { frames, run, thread }] of ended.entries()) {
      const log = ["a", "b", "c"].map((node) => `${sent[index]!.id}:${node}`);
      expect({ run, thread }).toMatchObject({
        run: { status: "success" },
        thread: { status: "idle", values: { log } },
      });
      expect(frames.map(({ id }) => id)).toEqual(frames.map((_, number) => number));
      expect(frames.flatMap(updatedNodes), JSON.stringify(frames)).toEqual(["a", "b", "c"]);
    }
    const takenOver = ended.filter(({ frames }) => frames.filter(({ event }) => event === "metadata").length > 1);
    const lines = readDiary(folder).filter((line) => line.startsWith("refused"));
    for (const line of lines.slice(refusedBefore.length)) refused[line] = (refused[line] ?? 0) + 1;
    expect(lines.length - refusedBefore.length).toBeGreaterThanOrEqual(takenOver.length);
  }

  async function freezeOften(): Promise<void> {
    const folder = makeTemporaryFolder();
    const servers = [startFaultServer(folder, environment), startFaultServer(folder, environment)] as const;
    for (let round = 0; round < rounds; round += 1) {
      await (round % 2 === 0 ? freeze(folder, ...servers) : freeze(folder, servers[1], servers[0]));
    }
  }

  await Promise.all(Array.from({ length: pairs }, freezeOften));
  console.log(`${pairs * rounds} SIGSTOPs, ${inCommits} more in a commit; ${JSON.stringify(refused)}`);
  const kinds = ["refused append", "refused put", "refused putWrites", "refused renew"];
  expect(Object.keys(refused)).toEqual(expect.arrayContaining(kinds));
});
