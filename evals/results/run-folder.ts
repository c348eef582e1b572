import { createHash, randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TroupeError } from "../../errors.ts";
import type { CaseResult, EvalEnvironment, EvalRun, SuiteResult } from "./eval-run.ts";

/** How a run began; `status` is `interrupted` until it has ended. */
interface RunHead {
  version: 1;
  run_id: string;
  started_at: string;
  ended_at: string;
  status: EvalRun["status"];
  environment: EvalEnvironment;
}

/** Makes the folder of a new run below `output`, and answers its path. Until `finishRun` it reads as an interrupted one. */
export async function createRun(output: string, environment: EvalEnvironment): Promise<string> {
  const started_at = new Date().toISOString();
  const run_id = started_at.replace(/[:.]/g, "-");
  const folder = join(output, run_id);
  try {
    await mkdir(output, { recursive: true });
    await mkdir(folder);
  } catch (error) {
    const { code, message, path } = error as NodeJS.ErrnoException;
    // Another run began in the same millisecond.
    if (code === "EEXIST" && path === folder) return createRun(output, environment);
    throw new TroupeError("config_invalid", `No run can be kept in "${output}": ${message}.`, {
      hint: "Name a folder that you may write to with --output or TROUPE_DATA.",
      cause: error,
    });
  }
  await mkdir(join(folder, "suites"));
  await mkdir(join(folder, "cases"));
  const head: RunHead = { version: 1, run_id, started_at, ended_at: started_at, status: "interrupted", environment };
  await writeHead(folder, head);
  return folder;
}

/** Keeps that a suite begins, unless one of its name has begun in this run: then answers the file of that one. */
export async function claimSuite(folder: string, suite: Omit<SuiteResult, "cases">): Promise<string | undefined> {
  const path = suitePathOf(folder, suite.name);
  const draft = await writeDraft(path, suite);
  try {
    await link(draft, path);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return (JSON.parse(await readFile(path, "utf8")) as SuiteResult).file;
  } finally {
    await rm(draft);
  }
}

/** Keeps what a suite is, and when it began and ended; written over at each call. */
export async function writeSuite(folder: string, suite: Omit<SuiteResult, "cases">): Promise<void> {
  await replaceFile(suitePathOf(folder, suite.name), suite);
}

/** Keeps a finished case, whatever becomes of the run after it. */
export function appendCase(folder: string, result: CaseResult): void {
  appendLine(folder, result.suite, result);
}

function appendLine(folder: string, suite: string, line: CaseResult | { begun: string }): void {
  // The line break comes first as well: a line that a kill cut off spoils no other. Asynchronous appends are written in
  // pieces of 512 KiB, between which those of another case would get.
  appendFileSync(join(folder, "cases", `${fileNameOf(suite)}.jsonl`), `\n${JSON.stringify(line)}\n`);
}

/** Notes that a case begins: where it never ends, that one is to blame. */
export function appendBegin(folder: string, suite: string, id: string): void {
  appendLine(folder, suite, { begun: id });
}

/** Notes that a run has ended, and how. */
export async function finishRun(folder: string, status: EvalRun["status"]): Promise<void> {
  await writeHead(folder, { ...(await readHead(folder)), status, ended_at: new Date().toISOString() });
}

/** Reads what a run has left, also one that was killed: what it had finished counts. Throws `eval_run_not_found`. */
export async function readRun(folder: string): Promise<EvalRun> {
  const head = await readHead(folder);
  const suites: SuiteResult[] = [];
  for (const file of await readdir(join(folder, "suites"))) {
    if (!file.endsWith(".json")) continue;
    const suite = JSON.parse(await readFile(join(folder, "suites", file), "utf8")) as Omit<SuiteResult, "cases">;
    const read = await readCases(join(folder, "cases", `${fileNameOf(suite.name)}.jsonl`));
    suites.push({ ...suite, ...read });
  }
  return { ...head, suites: suites.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

async function readCases(path: string): Promise<Pick<SuiteResult, "cases" | "unended">> {
  const text = await readFile(path, "utf8").catch(unlessMissing);
  const cases = new Map<string, CaseResult>();
  const begun = new Set<string>();
  for (const line of text?.split("\n") ?? []) {
    const result = parse(line);
    if (result && "begun" in result) begun.add(result.begun);
    else if (result) cases.set(result.id, result);
  }
  const unended = [...begun].filter((id) => !cases.has(id));
  return {
    cases: [...cases.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ...(unended.length > 0 && { unended }),
  };
}

/** A line that a kill cut off is nothing. */
function parse(line: string): CaseResult | { begun: string } | undefined {
  if (!line) return undefined;
  try {
    return JSON.parse(line) as CaseResult | { begun: string };
  } catch {
    return undefined;
  }
}

const headOf = (folder: string) => join(folder, "environment.json");

const writeHead = (folder: string, head: RunHead) => replaceFile(headOf(folder), head);

/** No reader sees half of a file, and no kill leaves one. */
async function replaceFile(path: string, value: unknown): Promise<void> {
  await rename(await writeDraft(path, value), path);
}

async function writeDraft(path: string, value: unknown): Promise<string> {
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, JSON.stringify(value));
  return draft;
}

const suitePathOf = (folder: string, name: string) => join(folder, "suites", `${fileNameOf(name)}.json`);

async function readHead(folder: string): Promise<RunHead> {
  const text = await readFile(headOf(folder), "utf8").catch(unlessMissing);
  if (text !== undefined) return JSON.parse(text) as RunHead;
  throw new TroupeError("eval_run_not_found", `"${folder}" is no folder of an eval run.`, {
    hint: "List the runs in .troupe/evals, or make one with `troupe eval`.",
  });
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}

/** Fit for a file, and no two names alike. */
const fileNameOf = (name: string): string =>
  `${name.replace(/[^a-zA-Z0-9]+/g, "-").slice(0, 60)}-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
