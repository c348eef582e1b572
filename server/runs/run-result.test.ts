import { expect, test } from "vitest";
import { createRunResult } from "./run-result.ts";

test("the result is the last values of the root graph", () => {
  const result = createRunResult();
  result.add([[], "values", { n: 1 }], undefined);
  result.add([["sub:1"], "values", { n: 9 }], undefined);
  result.add([[], "updates", { a: { n: 3 } }], undefined);
  result.add([[], "values", { n: 2 }], '{"n":2}');
  expect(result.interrupted).toBe(false);
  expect(JSON.parse(result.toJson())).toEqual({ n: 2 });
});

test("an interrupt is told with the values it left", () => {
  const result = createRunResult();
  result.add([[], "values", { n: 1 }], '{"n":1}');
  result.add([[], "values", { __interrupt__: [{ id: "i", value: "Go on?" }] }], undefined);
  expect(result.interrupted).toBe(true);
  expect(JSON.parse(result.toJson())).toEqual({ n: 1, __interrupt__: [{ id: "i", value: "Go on?" }] });
});

test("an interrupt that a subgraph's parent caught does not interrupt the run", () => {
  const result = createRunResult();
  result.add([["sub:1"], "values", { __interrupt__: [{ id: "i", value: "Go on?" }] }], undefined);
  expect(result.interrupted).toBe(false);
});
