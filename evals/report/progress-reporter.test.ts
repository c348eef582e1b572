import { randomUUID } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import type { TestCase, TestModule } from "vitest/node";
import type { CaseFigures } from "../results/provided-run.ts";
import { ProgressReporter } from "./progress-reporter.ts";
import { drawTable, type SuiteProgress } from "./progress-table.ts";

const figures: CaseFigures = { scores: { answer: 0.5, route: 1 }, total_tokens: 12_345, cost: 0.25 };
const suite = (more: Partial<SuiteProgress>): SuiteProgress => ({
  name: "support",
  planned: 4,
  done: 2,
  passed: 1,
  figures: [figures, figures],
  ms: 1_234,
  ...more,
});

test("a row tells how far a suite is, and its scores as far as the terminal is wide", () => {
  const suites = [suite({}), suite({ name: "a\nnew line", done: 4, passed: 4, figures: [], ms: 61_000 })];
  const wide = drawTable(suites, 120).map(stripVTControlCharacters);
  expect(wide).toEqual([
    "support     ████████░░░░░░░░  2/4   50 % passed  25k tokens  $0.50   1.2 s  answer 0.50  route 1.00",
    "a new line  ████████████████  4/4  100 % passed                     61.0 s",
  ]);
  const narrow = drawTable(suites, 40).map(stripVTControlCharacters);
  expect(narrow).toEqual(wide.map((line) => line.slice(0, 39)));
});

test("no name of a suite or scorer moves the cursor, and what suites print keeps nothing but its colours", () => {
  const scores = { "\u001B[2J": 1 };
  const [row] = drawTable([suite({ name: "\u001B]0;x\u0007", figures: [{ ...figures, scores }] })], 200);
  expect(stripVTControlCharacters(row!)).toMatch(/^⟨U\+001B⟩\]0;x⟨U\+0007⟩ .* ⟨U\+001B⟩\[2J 1\.00$/);
  const { stream, written } = makeTerminal({ isTTY: true });
  new ProgressReporter(stream).print("\u001B[31mred\u001B[39m \u001B[2J\u009B2J");
  expect(written.join("")).toBe("\u001B[31mred\u001B[39m ⟨U+001B⟩[2J⟨U+009B⟩2J\n");
});

/** A terminal that keeps what is written to it. */
function makeTerminal(more: Partial<NodeJS.WriteStream>) {
  const written: string[] = [];
  const stream = { columns: 80, rows: 24, isTTY: false, write: (text: string) => written.push(text), ...more };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

const parent = { type: "suite", name: "support" };
const testCase = (state: string, evalCase?: CaseFigures) =>
  ({
    id: randomUUID(),
    parent,
    options: { mode: "run" },
    result: () => ({ state }),
    meta: () => ({ evalCase }),
  }) as unknown as TestCase;
const moduleOf = (tests: TestCase[]) => ({ children: { allTests: () => tests } }) as unknown as TestModule;

function play(reporter: ProgressReporter) {
  const tests = [testCase("passed", figures), testCase("failed", figures), testCase("skipped")];
  reporter.onTestModuleCollected(moduleOf(tests));
  for (const one of tests) reporter.onTestCaseReady(one);
  for (const one of tests) reporter.onTestCaseResult(one);
  reporter.onTestModuleEnd(moduleOf(tests));
}

test("where there is no terminal, a suite that has ended is a line without colours", () => {
  const { stream, written } = makeTerminal({});
  const reporter = new ProgressReporter(stream);
  reporter.print("\u001B[33mprinted\u001B[39m");
  play(reporter);
  reporter.clear();
  expect(written).toEqual([
    "printed\n",
    "support  2/3  50 % passed  25k tokens  $0.50  0.0 s  answer 0.50  route 1.00\n",
  ]);
});

test("a case counts once, though vitest tells of it again when it is stopped", () => {
  const { stream, written } = makeTerminal({});
  const reporter = new ProgressReporter(stream);
  const tests = [testCase("passed", figures), testCase("skipped")];
  reporter.onTestModuleCollected(moduleOf(tests));
  for (const one of [...tests, ...tests]) reporter.onTestCaseResult(one);
  reporter.onTestModuleEnd(moduleOf(tests));
  expect(written).toEqual([expect.stringContaining("support  1/2  100 % passed  12k tokens")]);
});

test("who is silent for a minute says which files it waits for", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { stream, written } = makeTerminal({});
  const reporter = new ProgressReporter(stream);
  const [slow, quick] = ["slow.eval.ts", "quick.eval.ts"].map((relativeModuleId) =>
    Object.assign(moduleOf([]), { relativeModuleId }),
  );
  for (const one of [slow!, quick!]) reporter.onTestModuleQueued(one);
  vi.advanceTimersByTime(50_000);
  reporter.onTestModuleEnd(quick!);
  vi.advanceTimersByTime(59_000);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(written).toEqual(["Nothing has ended for 60 s in: slow.eval.ts\n"]);
  reporter.onTestModuleEnd(slow!);
  vi.advanceTimersByTime(120_000);
  expect(written).toHaveLength(1);
});

test("on a terminal the table is drawn over, what suites print stands above it, and nothing stays at the end", () => {
  const { stream, written } = makeTerminal({ isTTY: true });
  const reporter = new ProgressReporter(stream, true);
  play(reporter);
  reporter.print("printed");
  reporter.clear();
  const [first = "", ...rest] = written;
  expect(first.startsWith("\u001B[?7l") && first.endsWith("\n\u001B[?7h")).toBe(true);
  expect(first).toContain(" 2/3 ");
  expect(rest).toEqual(["\u001B[1A\u001B[0J", "printed\n", first, "\u001B[1A\u001B[0J"]);
});
