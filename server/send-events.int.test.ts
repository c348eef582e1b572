import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { START, StateGraph, StateSchema } from "@langchain/langgraph";
import express, { type Response } from "express";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import type { EventStorage, RunStorage } from "../storage/storage.ts";
import { collect } from "../testing/index.ts";
import { startTestServer } from "../tests/fixtures/start-test-server.ts";
import { sendEvents } from "./send-events.ts";

const total = 4_000;
const text = "x".repeat(10_000);

test("a client that does not read costs the server a few batches, and gets all events once it does", async () => {
  const read: number[] = [];
  const events = {
    async list(_: string, { after, limit }: { after: number; limit: number }) {
      const first = after + 1;
      read.push(first);
      const length = Math.min(limit, total - first);
      return Array.from({ length }, (_item, number) => ({
        run_id: "r",
        seq: first + number,
        event: "custom",
        data: text,
      }));
    },
    subscribe: () => () => {},
  } as unknown as EventStorage;
  const runs = { get: async () => ({ status: "success" }) } as unknown as RunStorage;

  const responded = Promise.withResolvers<Response>();
  const app = express().get("/", async (_request, response) => {
    responded.resolve(response);
    await sendEvents(response, { run_id: "r", events, runs, after: -1, signal: new AbortController().signal });
  });
  const http = app.listen(0, "127.0.0.1");
  onTestFinished(() => void http.close());
  await once(http, "listening");
  const [incoming] = (await once(get(`http://127.0.0.1:${(http.address() as AddressInfo).port}`), "response")) as [
    IncomingMessage,
  ];
  const response = await responded.promise;
  await expect.poll(() => response.writableNeedDrain).toBe(true);
  const before = read.length;
  expect(before).toBeLessThan(5);
  expect(response.writableLength).toBeLessThan(4 * 256 * text.length);

  const ids: string[] = [];
  let rest = "";
  for await (const part of incoming.setEncoding("utf8")) {
    const frames = (rest + part).split("\n\n");
    rest = frames.pop()!;
    for (const frame of frames) ids.push(/^id: (\d+)/.exec(frame)![1]!);
  }
  expect(ids).toEqual(Array.from({ length: total }, (_, number) => String(number)));
});

test("events too large to be read at once all arrive", async () => {
  const graph = new StateGraph(new StateSchema({ done: z.boolean() }))
    .addNode("tell", (_, { writer }) => {
      for (const letter of "abcd") writer?.(letter.repeat(600_000));
      return { done: true };
    })
    .addEdge(START, "tell");
  const { client } = await startTestServer({ large: graph });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "large", { input: { done: false }, streamMode: "custom" });
  await client.runs.join(thread_id, run_id);
  const parts = await collect(client.runs.joinStream(thread_id, run_id));
  expect(parts.slice(1).map(({ data }) => (data as string)[0])).toEqual(["a", "b", "c", "d"]);
});
