import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../fixtures/make-temporary-folder.ts";
import { createRandom, faultSize, faultTimeout, takeSeed } from "./fault-size.ts";
import { type Frame, readFrames } from "./read-frames.ts";
import { startFaultServer } from "./start-fault-server.ts";

const [drops, readers, numbers] = [5_000 * faultSize, 24, 600];

test(
  `${drops} streams that drop and resume lose, double and disorder no event`,
  { timeout: faultTimeout },
  async () => {
    const random = createRandom(takeSeed());
    const server = startFaultServer(makeTemporaryFolder());
    const url = await server.url;

    /** Reads a run that is going on, or has ended, a few events at a time. Answers how often it dropped the stream. */
    async function read(path: string): Promise<number> {
      let dropped = 0;
      const frames: Frame[] = [];
      for (let isWhole = false; !isWhole;) {
        const enough = frames.length + Math.floor(random() * 24);
        isWhole = await readFrames(path, frames, () => frames.length < enough);
        if (!isWhole) dropped += 1;
      }
      expect(frames.map(({ id }) => id)).toEqual(frames.map((_, number) => number));
      const told = frames.filter(({ event }) => event === "custom").map(({ data }) => JSON.parse(data) as object);
      expect(told).toEqual(Array.from({ length: numbers }, (_, number) => ({ number })));
      expect(frames.filter(({ event }) => event === "metadata")).toHaveLength(1);
      return dropped;
    }

    let done = 0;
    while (done < drops) {
      const thread_id = randomUUID();
      const body = {
        assistant_id: "talk",
        input: { id: "talk", count: numbers },
        stream_mode: ["custom"],
        if_not_exists: "create",
      };
      const response = await fetch(`${url}/threads/${thread_id}/runs`, { method: "POST", body: JSON.stringify(body) });
      const { run_id } = (await response.json()) as { run_id: string };
      const path = `${url}/threads/${thread_id}/runs/${run_id}/stream`;
      const dropped = await Promise.all(Array.from({ length: readers }, () => read(path)));
      done = dropped.reduce((sum, each) => sum + each, done);
    }
    console.log(`${done} drops`);
  },
);
