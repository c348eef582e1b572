import { styleText } from "node:util";
import type { Reporter, TestCase, TestModule } from "vitest/node";

interface Row {
  planned: number;
  done: number;
  passed: number;
}

const barWidth = 20;
const everyMs = 100;

/**
 * Shows on stderr how far each suite is: a table that is redrawn in place, or, where stderr is no terminal, a line for
 * each file that has ended. What suites print goes above it.
 */
export class ProgressReporter implements Reporter {
  readonly #rows = new Map<string, Row>();
  readonly #stream: NodeJS.WriteStream;
  #drawn = 0;
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  onTestModuleCollected(module: TestModule): void {
    for (const test of module.children.allTests()) this.#row(suiteOf(test)).planned += 1;
    this.#draw();
  }

  onTestCaseResult(test: TestCase): void {
    const row = this.#row(suiteOf(test));
    const { state } = test.result();
    if (state === "skipped") row.planned -= 1;
    else row.done += 1;
    if (state === "passed") row.passed += 1;
    if (performance.now() - this.#drawnAt > everyMs) this.#draw();
  }

  onTestModuleEnd(module: TestModule): void {
    if (this.#stream.isTTY) return this.#draw();
    const names = new Set([...module.children.allTests()].map(suiteOf));
    for (const name of names) this.#stream.write(`${describe(name, this.#row(name))}\n`);
  }

  onUserConsoleLog({ content, type }: { content: string; type: "stdout" | "stderr" }): void {
    this.clear();
    (type === "stderr" ? process.stderr : process.stdout).write(content);
    this.#draw();
  }

  /** Takes the table away. */
  clear(): void {
    if (this.#drawn > 0) this.#stream.write(`\u001B[${this.#drawn}A\u001B[0J`);
    this.#drawn = 0;
  }

  #row(name: string): Row {
    const row = this.#rows.get(name) ?? { planned: 0, done: 0, passed: 0 };
    this.#rows.set(name, row);
    return row;
  }

  #draw(): void {
    if (!this.#stream.isTTY) return;
    this.#drawnAt = performance.now();
    const { columns, rows } = this.#stream;
    const shown = [...this.#rows].filter(([, { planned }]) => planned > 0).slice(0, rows - 2);
    const width = Math.max(0, ...shown.map(([name]) => name.length));
    const lines = shown.map(([name, row]) => {
      const filled = Math.round((row.done / row.planned) * barWidth);
      const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
      const text = `${bar} ${describe(name.padEnd(width), row)}`.slice(0, columns - 1);
      return row.done === row.planned ? text : styleText("dim", text, { stream: this.#stream });
    });
    this.clear();
    this.#stream.write(lines.map((line) => `${line}\n`).join(""));
    this.#drawn = lines.length;
  }
}

const suiteOf = ({ parent }: TestCase): string => (parent.type === "suite" ? parent.name : parent.relativeModuleId);

const describe = (name: string, { done, planned, passed }: Row): string => {
  const share = done > 0 ? `, ${Math.round((passed / done) * 100)} % passed` : "";
  return `${name} ${String(done).padStart(String(planned).length)}/${planned}${share}`;
};
