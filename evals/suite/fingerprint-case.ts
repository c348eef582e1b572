import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { sortFields } from "../../testing/sort-fields.ts";
import type { EvalCase } from "./eval-case.ts";

/** What decides whether a case passes, in 12 digits: its input, expectation, faults and cassette, not its tags and note. */
export async function fingerprintCase({
  input,
  turns,
  expected,
  faults,
  configurable,
  seed,
  ...one
}: EvalCase): Promise<string> {
  // A cassette that cannot be read is the trial's error.
  const cassette = one.cassette && (await readFile(one.cassette, "utf8").catch(() => ""));
  const text = JSON.stringify({ input, turns, expected, faults, configurable, seed, cassette }, spellOut);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** What JSON would leave out or refuse. */
const spellOut = (_: string, value: unknown): unknown =>
  value instanceof RegExp || typeof value === "bigint" || typeof value === "function"
    ? String(value)
    : sortFields(value);
