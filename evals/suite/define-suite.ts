import { relative } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { isTroupeError, TroupeError } from "../../errors.ts";
import type { CaseResult, SuiteInfo, SuiteResult } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";
import type { CaseFigures, ProvidedRun } from "../results/provided-run.ts";
import { appendBegin, appendCase, claimSuite, writeSuite } from "../results/run-folder.ts";
import { summarizeCase } from "../statistics/summarize-suite.ts";
import { checkOptions } from "./check-options.ts";
import { describeError } from "./describe-error.ts";
import type { EvalCase, PlannedFault } from "./eval-case.ts";
import { fingerprintCase } from "./fingerprint-case.ts";
import { limitConcurrency } from "./limit-concurrency.ts";
import { openDocuments } from "./open-documents.ts";
import { findUnmet } from "./plan-faults.ts";
import { readCases } from "./read-cases.ts";
import { readScorers } from "./read-scorers.ts";
import { runCase } from "./run-case.ts";
import { checkCases, findSubject, openSubject } from "./subjects/open-subject.ts";
import type { Subject } from "./subjects/subject.ts";
import type { CommonOptions, Subjects, SuiteOptions } from "./suite-options.ts";
import { watchExpected } from "./watch-expected.ts";
import { watchLoop } from "./watch-loop.ts";

type AnyOptions = Subjects & CommonOptions;

/**
 * Defines a suite in a file `*.eval.ts`: each case is a test of vitest, and `troupe eval` makes the report. What is wrong
 * with the suite, its case file or its graph is the suite's error; other suites run on.
 *
 * @example
 * defineSuite("arithmetic", {
 *   task: (input: { a: number; b: number }) => input.a + input.b,
 *   cases: [{ input: { a: 1, b: 2 }, expected: { sum: 3 } }],
 *   scorers: [function sum({ output, expected }) { return output === expected.sum }],
 * });
 */
export function defineSuite<Input = unknown>(name: string, options: SuiteOptions<Input>): void {
  const file = expect.getState().testPath!;
  const info: SuiteInfo & Omit<SuiteResult, "cases"> = {
    name,
    file: relative(process.cwd(), file),
    subject: "",
    repeat: told().repeat ?? options.repeat ?? 1,
    threshold: options.threshold ?? {},
    scorers: [],
    planned: 0,
    started_at: "",
    ended_at: "",
  };
  describe(name, () => {
    try {
      registerCases(options, file, info);
    } catch (error) {
      test("is defined right", async () => {
        await claim(info);
        return failSuite(info, error);
      });
    }
  });
}

function registerCases(options: AnyOptions, file: string, info: SuiteInfo & Omit<SuiteResult, "cases">): void {
  checkOptions(options);
  const kind = findSubject(options);
  const scorers = readScorers(options.scorers ?? []);
  const clock = readClock(options.clock);
  const cases = checkCases(readCases(options.cases, file), kind);
  info.scorers = scorers.map(({ name, kind: of, unit, passMark }) => ({ name, kind: of, unit, passMark }));
  checkCount({ repeat: info.repeat, concurrency: options.concurrency, maxTurns: options.maxTurns });
  checkThreshold(info);
  const { repeat, name } = info;
  if (told().folder) watchLoop(options.timeoutMs ?? 60_000);
  const begin = (id: string) => {
    const { folder } = told();
    if (folder) appendBegin(folder, name, id);
  };
  const limit = limitConcurrency(told().concurrency ?? options.concurrency ?? 4);
  const expectations = watchExpected();
  const passing = new Set(told().passing?.[name]);
  const met = new Set<PlannedFault>();
  const ended: EvalCase[] = [];
  let subject: Subject;
  const closing = new AsyncDisposableStack();

  // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern that no fixture is wanted
  beforeAll(async ({}, { tasks }) => {
    info.planned = tasks.filter(({ mode }) => mode === "run").length;
    info.started_at = now();
    await claim(info);
    try {
      if (options.documents) closing.defer(await openDocuments(options.documents, file));
      if (clock) closing.defer(stopClock(clock));
      const close = await setUp(options);
      if (typeof close === "function") closing.defer(close as () => Promise<void>);
      subject = await openSubject(options);
      info.subject = subject.description;
    } catch (error) {
      return failSuite(info, error);
    }
    await write(info);
  }, 0);
  afterAll(async () => {
    await closing.disposeAsync().catch(async (error: unknown) => failSuite(info, error));
    info.ended_at = now();
    info.unread = expectations.unread();
    info.unmet = findUnmet(ended, met);
    await write(info);
  }, 0);
  const selected = selectCases(cases, name);
  for (const one of cases) {
    test.concurrent(one.id, { timeout: 0, skip: !selected.has(one) }, async ({ signal, task }) => {
      const watched = expectations.watch(one);
      const suite = { name, repeat, scorers, options, limit, subject, met, passing, begin };
      const seen = await runCase(watched, suite, signal);
      ended.push(one);
      const result = { ...seen, expected: one.expected, fingerprint: await fingerprintCase(one) };
      task.meta.evalCase = figuresOf(result);
      const { folder } = told();
      if (folder) appendCase(folder, result);
      const passed = result.trials.filter((trial) => trial.passed).length;
      if (passed < result.trials.length) throw failureOf(result);
    });
  }
}

/** What `setup` throws says of itself that it is of there. */
async function setUp({ setup }: AnyOptions): Promise<unknown> {
  try {
    return await setup?.();
  } catch (cause) {
    if (isTroupeError(cause)) throw cause;
    const { name, message, place, stack } = describeError(cause);
    throw Object.assign(new Error(`"setup" threw ${name}: ${message}${place ? ` (${place})` : ""}`, { cause }), {
      stack,
    });
  }
}

/** The cases of a suite that the command asks for. */
function selectCases(cases: EvalCase[], suite: string): ReadonlySet<EvalCase> {
  const { case: part = "", tag, limit } = told().filter ?? {};
  const asked = cases.filter(
    ({ id, tags }) => `${suite} ${id}`.includes(part) && (tag?.some((one) => tags.includes(one)) ?? true),
  );
  return new Set(asked.slice(0, limit));
}

function figuresOf(result: CaseResult): CaseFigures {
  const usages = result.trials.map(({ observation }) => observation.usage);
  const costs = usages.map(({ cost }) => cost);
  return {
    scores: summarizeCase(result).scores,
    total_tokens: usages.reduce((sum, { total_tokens }) => sum + total_tokens, 0),
    cost: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + cost!, 0),
  };
}

/** What `troupe eval` told; nothing under a vitest of one's own, where nothing is written. */
const told = (): Partial<ProvidedRun> => inject("evalRun") ?? {};

async function write(info: Omit<SuiteResult, "cases">): Promise<void> {
  const { folder } = told();
  if (folder) await writeSuite(folder, info);
}

/** Two suites of one name would be taken for one: the second goes by its file as well, and fails. */
async function claim(info: Omit<SuiteResult, "cases">): Promise<void> {
  const { folder } = told();
  const other = folder && (await claimSuite(folder, info));
  if (!other) return;
  const where = other === info.file ? `both in "${other}"` : `in "${other}" and in "${info.file}"`;
  const message = `Two suites are named "${info.name}", ${where}.`;
  info.name = `${info.name} (${info.file})`;
  await failSuite(
    info,
    new TroupeError("suite_invalid", message, { hint: "Rename one: results are kept by the name." }),
  );
}

async function failSuite(info: Omit<SuiteResult, "cases">, error: unknown): Promise<never> {
  const { message, hint, stack } = describeError(error);
  info.started_at ||= now();
  info.ended_at = now();
  info.error = { message, hint, stack };
  await write(info);
  throw error;
}

function checkCount(counts: Record<string, number | undefined>): void {
  for (const [name, count = 1] of Object.entries(counts)) {
    if (Number.isInteger(count) && count > 0) continue;
    throw new TroupeError("suite_invalid", `"${name}" of the suite is ${count}.`, { hint: "Write 1 or more." });
  }
}

function checkThreshold({ threshold, scorers }: SuiteInfo): void {
  const names = ["pass", ...scorers.map(({ name }) => name)];
  for (const [name, least] of Object.entries(threshold)) {
    const unit = scorers.find((scorer) => scorer.name === name)?.unit;
    const problem = !names.includes(name)
      ? `is of no scorer of the suite, which has ${names.join(", ")}`
      : !(least >= 0 && least <= 1) && `is ${least}, and a share or a mean is from 0 to 1`;
    if (!problem) continue;
    throw new TroupeError("suite_invalid", `The threshold "${name}" ${problem}.`, {
      hint: unit
        ? `The most of a measure is told to its scorer: ${name}({ most: ${least} }).`
        : 'Write the least share of cases that pass, or the least mean of a scorer by its name: { pass: 0.9, "recall@5": 0.8 }.',
    });
  }
}

function readClock(clock: string | undefined): Date | undefined {
  if (clock === undefined) return undefined;
  const date = new Date(clock);
  if (!Number.isNaN(date.getTime())) return date;
  throw new TroupeError("suite_invalid", `The clock "${clock}" is no time.`, {
    hint: 'Write it as "2026-11-23T09:00:00Z".',
  });
}

/** `Date` alone: timers run on. */
function stopClock(date: Date): () => Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: date });
  return async () => void vi.useRealTimers();
}

/** The true time, whatever `Date` tells. */
const now = () => new Date(performance.timeOrigin + performance.now()).toISOString();

/** What vitest shows of a case that failed: why its first trial that failed did. The stack would be this function's. */
function failureOf({ trials }: CaseResult): Error {
  const failed = trials.filter(({ passed }) => !passed);
  const text = [`${failed.length} of ${trials.length} trials failed`, ...explainTrial(failed[0]!)].join("\n");
  return Object.assign(new Error(text), { stack: text });
}
