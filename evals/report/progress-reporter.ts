import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { describeLine, drawTable, type SuiteProgress } from "./progress-table.ts";
import { spellOut } from "./spell-out.ts";

const everyMs = 200;

/** After how long without a word it says what it waits for. */
const quietMs = 60_000;

/** A suite on its way; times are those of `performance.now()`. */
interface RunningSuite extends Omit<SuiteProgress, "ms"> {
  began?: number;
  ended?: number;
}

/**
 * Shows on stderr how far each suite is: a table that is redrawn in place, or, where stderr is no terminal and in CI, a
 * line for each suite that has ended. What suites print goes above it.
 */
export class ProgressReporter implements Reporter {
  readonly #suites = new Map<string, RunningSuite>();
  readonly #ended = new Set<string>();
  readonly #stream: NodeJS.WriteStream;
  readonly #live: boolean;
  readonly #modules = new Set<string>();
  #drawn = 0;
  #timer?: NodeJS.Timeout;
  #quiet?: NodeJS.Timeout;

  constructor(stream: NodeJS.WriteStream = process.stderr, live = stream.isTTY && !process.env["CI"]) {
    this.#stream = stream;
    this.#live = live;
  }

  onTestModuleQueued({ relativeModuleId }: TestModule): void {
    this.#modules.add(relativeModuleId);
    this.#listen();
  }

  onTestModuleCollected(module: TestModule): void {
    for (const test of module.children.allTests()) if (test.options.mode === "run") this.#suiteOf(test).planned += 1;
    if (this.#live) this.#timer ??= setInterval(() => this.#draw(), everyMs).unref();
  }

  onTestCaseReady(test: TestCase): void {
    if (test.options.mode === "run") this.#suiteOf(test).began ??= performance.now();
  }

  onTestCaseResult(test: TestCase): void {
    const { evalCase } = test.meta();
    // Without figures it was left out, or stopped before its end. What has ended is told again when a run is stopped.
    if (!evalCase || this.#ended.has(test.id)) return;
    this.#ended.add(test.id);
    this.#listen();
    const suite = this.#suiteOf(test);
    suite.done += 1;
    suite.ended = performance.now();
    suite.figures.push(evalCase);
    if (test.result().state === "passed") suite.passed += 1;
  }

  onTestModuleEnd(module: TestModule): void {
    this.#modules.delete(module.relativeModuleId);
    this.#listen();
    if (this.#live) return this.#draw();
    const names = new Set([...module.children.allTests()].map(nameOf));
    for (const name of names) {
      const suite = this.#suites.get(name);
      if (suite && suite.planned > 0) this.#stream.write(`${describeLine(measure(suite))}\n`);
    }
  }

  onUserConsoleLog({ content }: { content: string }): void {
    this.print(content);
  }

  /** Writes text above the table. */
  print(text: string): void {
    this.#erase();
    // Suites may print in colours.
    // oxlint-disable-next-line no-control-regex -- these are the characters meant
    const parts = this.#stream.isTTY ? text.split(/(\u001B\[[\d;]*m)/) : [stripVTControlCharacters(text)];
    const shown = parts.map((part, index) => (index % 2 === 1 ? part : spellOut(part))).join("");
    this.#stream.write(shown.endsWith("\n") ? shown : `${shown}\n`);
    if (this.#timer) this.#draw();
  }

  /** Takes the table away, for good. */
  clear(): void {
    clearInterval(this.#timer);
    clearInterval(this.#quiet);
    this.#timer = undefined;
    this.#erase();
  }

  #listen(): void {
    clearInterval(this.#quiet);
    if (this.#modules.size === 0) return;
    const tell = () => this.print(`Nothing has ended for ${quietMs / 1000} s in: ${[...this.#modules].join(", ")}`);
    this.#quiet = setInterval(tell, quietMs).unref();
  }

  #suiteOf(test: TestCase): RunningSuite {
    const name = nameOf(test);
    const suite = this.#suites.get(name) ?? { name, planned: 0, done: 0, passed: 0, figures: [] };
    this.#suites.set(name, suite);
    return suite;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#stream.write(`\u001B[${this.#drawn}A\u001B[0J`);
    this.#drawn = 0;
  }

  #draw(): void {
    const suites = [...this.#suites.values()].filter(({ planned }) => planned > 0).map(measure);
    const most = Math.max(1, (this.#stream.rows || 24) - 2);
    // Where not all of them fit, those that run are the ones to see.
    const shown = suites.length > most ? suites.toSorted((a, b) => isDone(a) - isDone(b)).slice(0, most) : suites;
    const lines = drawTable(shown, this.#stream.columns || 80);
    this.#erase();
    // Without wrapping: a wide character in a name must not make two lines of one.
    this.#stream.write(`\u001B[?7l${lines.map((line) => `${line}\n`).join("")}\u001B[?7h`);
    this.#drawn = lines.length;
  }
}

const nameOf = ({ parent }: TestCase): string => (parent.type === "suite" ? parent.name : parent.relativeModuleId);

const isDone = ({ done, planned }: SuiteProgress): number => (done < planned ? 0 : 1);

function measure(suite: RunningSuite): SuiteProgress {
  const now = performance.now();
  const end = suite.done === suite.planned ? suite.ended : now;
  return { ...suite, ms: (end ?? now) - (suite.began ?? now) };
}
