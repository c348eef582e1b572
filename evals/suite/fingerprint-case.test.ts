import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import type { EvalCase } from "./eval-case.ts";
import { fingerprintCase } from "./fingerprint-case.ts";

const one: EvalCase = {
  id: "a",
  place: "cases.jsonl:1",
  input: "hi",
  expected: { answer: /28/ },
  tags: [],
  faults: [],
  configurable: {},
  seed: 1,
};

test("a case has another fingerprint where it would be judged otherwise, and only there", async () => {
  const cassette = join(makeTemporaryFolder(), "a.cassette.json");
  const of = async (change: Partial<EvalCase>) => fingerprintCase({ ...one, ...change });
  const same = await of({});
  expect(same).toMatch(/^[0-9a-f]{12}$/);
  expect(await of({ id: "b", place: "elsewhere", tags: ["slow"], note: "why" })).toBe(same);
  const fields = await of({ configurable: { user: 1, tenant: { id: 2, name: "a" } } });
  expect(await of({ configurable: { tenant: { name: "a", id: 2 }, user: 1 } }), "in another order").toBe(fields);
  await writeFile(cassette, "one");
  const recorded = await of({ cassette });
  await writeFile(cassette, "two");
  const others = await Promise.all([
    of({ input: "ho" }),
    of({ turns: ["hi", "ho"] }),
    of({ expected: { answer: /29/ } }),
    of({ expected: { answer: "28" } }),
    of({ faults: [{ kind: "tool", name: "*", error: "down" }] }),
    of({ seed: 2 }),
    of({ input: 1n }),
    of({ configurable: { user: 1 } }),
    of({ cassette }),
  ]);
  expect(new Set([same, recorded, ...others]).size).toBe(others.length + 2);
});
