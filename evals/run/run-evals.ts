import { extname, join, relative } from "node:path";
import { createVitest, type TestModule } from "vitest/node";
import { TroupeError } from "../../errors.ts";
import { ProgressReporter } from "../report/progress-reporter.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { createRun, finishRun, readRun, writeSuite } from "../results/run-folder.ts";
import type { ProvidedRun } from "../results/provided-run.ts";
import { readEnvironment } from "./read-environment.ts";

/** What of the suites is run, and how. */
export interface RunOptions {
  /** Parts of the paths of suite files; without one all are run. */
  files: readonly string[];
  /** A part of the ids of the cases that are run. */
  case?: string;
  /** In place of what the suites say. */
  repeat?: number;
  concurrency?: number;
  /** Whether calls may leave this machine. */
  live: boolean;
  /** The folder of all runs. */
  output: string;
  /** Aborted to stop: what is done by then is kept. */
  signal: AbortSignal;
}

/** Where suites are looked for, below the working directory. */
const suiteFiles = ["**/*.eval.{ts,mts,js,mjs}"];

/**
 * Runs suites under vitest, and answers what they left, with the folder that it is in. Throws `suite_invalid` where there
 * is none to run.
 */
export async function runEvals(options: RunOptions): Promise<{ run: EvalRun; folder: string }> {
  const { output, live, repeat, concurrency, signal } = options;
  const folder = await createRun(output, await readEnvironment(live));
  const reporter = new ProgressReporter();
  const evalRun: ProvidedRun = { folder, repeat, concurrency };
  const vitest = await createVitest({
    config: false,
    root: process.cwd(),
    name: "evals",
    watch: false,
    include: suiteFiles,
    // A suite limits itself: to wait for its turn must not count against vitest's limits.
    maxConcurrency: 1_000_000,
    testTimeout: 0,
    hookTimeout: 0,
    reporters: [reporter],
    provide: { evalRun },
    setupFiles: live ? [] : [join(import.meta.dirname, `forbid-calls${extname(import.meta.filename)}`)],
    ...(options.case !== undefined && { testNamePattern: options.case.replaceAll(/[^\w\s]/g, String.raw`\$&`) }),
  });
  try {
    const specifications = await vitest.globTestSpecifications([...options.files]);
    if (specifications.length === 0) throw nothingToRun(options.files);
    signal.addEventListener("abort", () => void vitest.cancelCurrentRun("keyboard-input"), { once: true });
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, true);
    await keepFailures(folder, testModules, unhandledErrors as Error[]);
  } finally {
    reporter.clear();
    await vitest.close();
  }
  await finishRun(folder, signal.aborted ? "interrupted" : "complete");
  return { run: await readRun(folder), folder };
}

function nothingToRun(files: readonly string[]): TroupeError {
  const asked = files.length > 0 ? ` whose path holds ${files.map((file) => `"${file}"`).join(" or ")}` : "";
  return new TroupeError("suite_invalid", `There is no suite${asked} below "${process.cwd()}".`, {
    hint: `Suites are files named *.eval.ts that call defineSuite of troupe/evals; docs/evals.md begins with one.`,
  });
}

/** Keeps as suites what broke outside of them: files that cannot be loaded, and processes that ended. */
async function keepFailures(folder: string, modules: TestModule[], unhandled: Error[]): Promise<void> {
  const broken = modules.flatMap((module) =>
    module.errors().map((error) => ({ file: relative(process.cwd(), module.moduleId), error: error as Error })),
  );
  for (const error of unhandled) {
    const file = modules.find(({ moduleId }) => error.stack?.includes(moduleId))?.moduleId;
    broken.push({ file: file ? relative(process.cwd(), file) : "outside of the suites", error });
  }
  for (const { file, error } of broken) {
    const now = new Date().toISOString();
    await writeSuite(folder, {
      name: file,
      file,
      subject: "",
      repeat: 1,
      threshold: {},
      scorers: [],
      planned: 0,
      started_at: now,
      ended_at: now,
      error: { message: error.message, stack: error.stack },
    });
  }
}
