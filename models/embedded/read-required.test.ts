import { expect, test } from "vitest";
import { readDefinition, readRequired } from "./read-required.ts";
import { readStems } from "./words.ts";

test.each([
  ["How many seats does the bus have?", "seats"],
  ["How many minutes does a charge take?", ""],
  ["What changed in version 2.3?", "2.3"],
  ["How many guests can the hall of section 4.2 hold?", "guests 4.2"],
  ["How long is the warranty?", ""],
])("%s wants %j spoken of", (question, required) => {
  expect(readRequired(question)).toEqual(readStems(required));
});

test("what something is reads as the beginning of its definition", () => {
  const definition = readDefinition("What is a run?");
  expect(definition?.test("A run is one execution of a graph.")).toBe(true);
  expect(definition?.test("The graph is run by a worker.")).toBe(false);
  expect(readDefinition("What is the price of a run in the cloud, for all (of us)?")).toBeUndefined();
});
