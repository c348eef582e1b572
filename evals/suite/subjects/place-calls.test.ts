import { expect, test } from "vitest";
import type { Span, StoredSpan } from "../../../storage/storage.ts";
import { placeCalls } from "./place-calls.ts";

const nodeOf = (run_id: string, name: string) => ({
  run_id,
  span: { span_id: `${run_id}.${name}`, kind: "node", name } as Span,
});
let time = 0;
const callOf = (run_id: string, node: string, step: number, name: string) =>
  ({
    run_id,
    node,
    step,
    name,
    kind: "tool",
    parent_id: null,
    started_at: new Date((time += 1)).toISOString(),
  }) as StoredSpan;

test("calls stand behind the node that made them, in nodes side by side, in loops, in runs, and in none that was streamed", () => {
  const nodes = [nodeOf("1", "a"), nodeOf("1", "b"), nodeOf("1", "a"), nodeOf("1", "quiet"), nodeOf("2", "a")];
  const calls = [
    callOf("1", "b", 1, "b1"),
    callOf("1", "a", 1, "a1"),
    callOf("1", "a", 2, "a2"),
    callOf("2", "hidden", 1, "h"),
    callOf("2", "a", 3, "a3"),
  ];
  const placed = placeCalls(nodes, calls.toReversed());
  expect(placed.map(({ name }) => name)).toEqual(["a", "b", "b1", "a1", "a", "a2", "quiet", "a", "h", "a3"]);
  expect(placed.filter(({ kind }) => kind === "tool").map(({ parent_id }) => parent_id)).toEqual([
    "1.b",
    "1.a",
    "1.a",
    "2.a",
    "2.a",
  ]);
});
