import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { evaluate, parse } from "@humanwhocodes/momoa";
import { TroupeError } from "../../errors.ts";
import { EvalCase } from "./eval-case.ts";

/** A case before it is checked, with where it stands for people. */
interface Written {
  value: unknown;
  /** `evals/faq/cases.jsonl:12`, or `evals/faq/faq.eval.ts, case 3`. */
  place: string;
}

/**
 * The cases of a suite, checked, each with an id: those given, or those of a file (`.jsonl`: one a line; `.json`: an
 * array). Paths are relative to the suite's file. Throws `case_invalid`, naming the file and the line.
 */
export function readCases(cases: readonly unknown[] | string | URL, suiteFile: string): EvalCase[] {
  if (typeof cases === "string") cases = pathToFileURL(resolve(dirname(suiteFile), cases));
  if (cases instanceof URL) return checkCases(readCaseFile(fileURLToPath(cases), suiteFile), fileURLToPath(cases));
  const place = (index: number) => `${relative(process.cwd(), suiteFile)}, case ${index + 1}`;
  return checkCases(
    cases.map((value, index) => ({ value, place: place(index) })),
    suiteFile,
  );
}

function readCaseFile(file: string, suiteFile: string): Written[] {
  const shown = relative(process.cwd(), file);
  const text = readText(file, shown, suiteFile);
  if (file.endsWith(".jsonl")) {
    const lines = text.split("\n").map((line, index) => ({ line, place: `${shown}:${index + 1}` }));
    return lines
      .filter(({ line }) => line.trim() !== "")
      .map(({ line, place }) => ({ value: evaluate(parseJson(line, (_, column) => `${place}:${column}`)), place }));
  }
  const { body } = parseJson(text, (line, column) => `${shown}:${line}:${column}`);
  if (body.type !== "Array") {
    throw invalid(
      `"${shown}" holds no array of cases.`,
      "Write [{ … }, { … }], or name the file .jsonl, a case a line.",
    );
  }
  return body.elements.map(({ value, loc }) => ({ value: evaluate(value), place: `${shown}:${loc.start.line}` }));
}

function readText(file: string, shown: string, suiteFile: string): string {
  if (!/\.jsonl?$/.test(file)) throw invalid(`"${shown}" is no case file.`, "Name a file .jsonl or .json.");
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
    const hint = `Correct "cases" in "${relative(process.cwd(), suiteFile)}"; a path is relative to that file.`;
    throw invalid(`The case file "${shown}" ${problem}.`, hint, cause);
  }
}

function parseJson(text: string, placeOf: (line: number, column: number) => string) {
  try {
    return parse(text);
  } catch (cause) {
    const { message, line, column } = cause as Error & { line: number; column: number };
    const reason = message.replace(/ \(\d+:\d+\)$/, "");
    throw invalid(`${placeOf(line, column)} is not valid JSON: ${reason}`, "Correct the JSON there.", cause);
  }
}

function checkCases(written: readonly Written[], file: string): EvalCase[] {
  if (written.length === 0) {
    throw invalid(`"${relative(process.cwd(), file)}" holds no case.`, 'Write one, such as { "input": "…" }.');
  }
  const places = new Map<string, string>();
  return written.map(({ value, place }) => {
    const one = checkCase(value, place, dirname(file));
    const other = places.get(one.id);
    if (other) {
      const hint = "Give each case an id of its own; without one it is made of the input.";
      throw invalid(`${place} has the id "${one.id}" of ${other}.`, hint);
    }
    places.set(one.id, place);
    return one;
  });
}

function checkCase(value: unknown, place: string, folder: string): EvalCase {
  const result = EvalCase.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const at = issue?.path.length ? `: "${issue.path.join(".")}"` : "";
    throw invalid(`${place}${at} is not right: ${issue?.message}.`, `A case has ${fields}.`);
  }
  const { cassette, ...one } = result.data;
  if ((one.input === undefined) === (one.turns === undefined)) {
    const problem = one.turns ? 'both "input" and "turns"' : 'neither "input" nor "turns"';
    throw invalid(`${place} has ${problem}.`, 'Write "input" for one question, or "turns" for several.');
  }
  const file = cassette && resolve(folder, cassette);
  if (file && !existsSync(file)) {
    throw invalid(`${place} names the cassette "${cassette}", which does not exist.`, `Put it at "${file}".`);
  }
  return { ...one, place, id: one.id ?? createId(one.turns ?? one.input), ...(file && { cassette: file }) };
}

const fields = Object.keys(EvalCase.shape).join(", ");

/** Made of the input, not of the place in the file, so that a case keeps its id when another is put before it. */
function createId(input: unknown): string {
  const text = typeof input === "string" ? input : JSON.stringify(input);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 6);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...words.join("-").slice(0, 40).split("-"), hash].join("-");
}

const invalid = (message: string, hint: string, cause?: unknown) =>
  new TroupeError("case_invalid", message, { hint, cause });
