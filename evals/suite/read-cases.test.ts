import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { readCases } from "./read-cases.ts";

/** Writes a case file and reads it as the suite beside it would. */
function readFile(name: string, content: string) {
  const folder = makeTemporaryFolder();
  writeFileSync(join(folder, name), content);
  return readCases(name, join(folder, "faq.eval.ts"));
}

test("cases of JSON lines and of a JSON array know their line, and blank lines count", () => {
  const lines = readFile("cases.jsonl", '{"input":"a","id":"one"}\r\n\n{"turns":["b",{"resume":true}]}\n');
  expect(lines.map(({ place }) => place)).toEqual([
    expect.stringMatching(/cases\.jsonl:1$/),
    expect.stringMatching(/cases\.jsonl:3$/),
  ]);
  const array = readFile("cases.json", '\uFEFF[\n  {"input": "a"},\n  {\n    "input": {"b": 1}}\n]');
  expect(array.map(({ place, input }) => [place, input])).toEqual([
    [expect.stringMatching(/cases\.json:2$/), "a"],
    [expect.stringMatching(/cases\.json:3$/), { b: 1 }],
  ]);
});

test("a case file may be named by its URL", () => {
  const folder = makeTemporaryFolder();
  writeFileSync(join(folder, "cases.jsonl"), '{"input":"a"}');
  expect(readCases(pathToFileURL(join(folder, "cases.jsonl")), "/elsewhere/faq.eval.ts")).toHaveLength(1);
});

test("an id is made of the input alone, so that a case before it changes nothing", () => {
  const [first] = readFile("cases.jsonl", '{"input":"What is 7 * 7?"}');
  const [, second] = readFile("cases.jsonl", '{"input":"other"}\n{"input":"What is 7 * 7?","note":"n"}');
  expect(first!.id).toMatch(/^what-is-7-7-[\da-f]{6}$/);
  expect(second!.id).toBe(first!.id);
});

test.for([
  ["JSON that is broken", "cases.jsonl", '{"input":"a"}\n{"input": tru}', /cases\.jsonl:2:11 is not valid JSON/],
  ["a broken array", "cases.json", '[\n{"input":"a"},\n]', /cases\.json:3:1 is not valid JSON/],
  ["an array that is none", "cases.json", '{"input":"a"}', /cases\.json" holds no array/],
  ["an empty file", "cases.jsonl", "\n", /cases\.jsonl" holds no case/],
  ["a key that no case has", "cases.json", '[{"input":"a"},\n{"inptu":"a"}]', /cases\.json:2 .*"inptu"/],
  ["a wrong type", "cases.jsonl", '{"input":"a","tags":[1]}', /cases\.jsonl:1: "tags\.0" is not right/],
  ["a wrong turn", "cases.jsonl", '{"turns":["a",{"answer":1}]}', /:1: "turns\.1" is not right: a turn is/],
  ["an input and turns", "cases.jsonl", '{"input":"a","turns":["b"]}', /:1 has both "input" and "turns"/],
  ["neither", "cases.jsonl", '{"id":"a"}', /:1 has neither "input" nor "turns"/],
  ["one id twice", "cases.jsonl", '{"input":1,"id":"x"}\n{"input":2,"id":"x"}', /:2 has the id "x" of .*:1\./],
  ["a cassette that is not there", "cases.jsonl", '{"input":1,"cassette":"a.json"}', /:1 names the cassette "a\.json"/],
  ["another ending", "cases.yaml", "- input: a", /cases\.yaml" is no case file/],
] as const)("%s is told with its file and line", ([, name, content, message]) => {
  expect(() => readFile(name, content)).toThrow(
    expect.objectContaining({ code: "case_invalid", message: expect.stringMatching(message) as string }) as Error,
  );
});

test("a case file that does not exist is told with the suite that names it", () => {
  expect(() => readCases("none.jsonl", join(process.cwd(), "faq.eval.ts"))).toThrow(
    expect.objectContaining({
      message: 'The case file "none.jsonl" does not exist.',
      hint: expect.stringContaining("faq.eval.ts") as string,
    }) as Error,
  );
});

test("a case in the suite is told by its number", () => {
  expect(() => readCases([{ input: "a" }, { input: "a" }], join(process.cwd(), "faq.eval.ts"))).toThrow(
    /^faq\.eval\.ts, case 2 has the id "a-[\da-f]{6}" of faq\.eval\.ts, case 1\.$/,
  );
});
