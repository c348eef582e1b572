import { Writable } from "node:stream";
import { createVitest } from "vitest/node";
import { TroupeError } from "../../errors.ts";
import { ProgressReporter } from "../report/progress-reporter.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { createRun, finishRun, readRun } from "../results/run-folder.ts";
import { evalsProject } from "../vitest.ts";
import { keepBrokenFiles } from "./keep-broken-files.ts";
import { readEnvironment } from "./read-environment.ts";

/** What of the suites is run, and how. */
export interface RunOptions {
  /** Parts of the paths of suite files; without one all are run. */
  files: readonly string[];
  /** A part of the names of the cases that are run, `<suite> <id>`. */
  case?: string;
  /** In place of what the suites say. */
  repeat?: number;
  concurrency?: number;
  /** By suites, the ids of the cases that must pass, which are tried again where they fail. */
  passing?: Record<string, string[]>;
  /** Whether calls may leave this machine. */
  live: boolean;
  /** The folder of all runs. */
  output: string;
  /** Aborted to stop: what is done by then is kept. */
  signal: AbortSignal;
}

/** How long after Ctrl-C trials may take to end. */
const graceMs = 3_000;

/**
 * Runs suites under vitest, and answers what they left, with the folder that it is in. Throws `suite_invalid` where there
 * is none to run.
 */
export async function runEvals(options: RunOptions): Promise<{ run: EvalRun; folder: string }> {
  const { files, output, live, repeat, concurrency, passing, signal } = options;
  const reporter = new ProgressReporter();
  const [environment, vitest] = await Promise.all([readEnvironment(live), startVitest(reporter, options.case)]);
  try {
    const specifications = await vitest.globTestSpecifications([...files]);
    if (specifications.length === 0) throw nothingToRun(files);
    signal.throwIfAborted();
    const folder = await createRun(output, environment);
    vitest.provide("evalRun", { folder, repeat, concurrency, passing });
    const stop = () => {
      reporter.print("Stopping, to write what is done. Ctrl-C again ends it at once.");
      void vitest.cancelCurrentRun("keyboard-input");
      // The second time vitest kills the workers: of a case that blocks its process, nothing else comes back.
      setTimeout(() => void vitest.cancelCurrentRun("keyboard-input"), graceMs).unref();
    };
    signal.addEventListener("abort", stop, { once: true });
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, true);
    signal.removeEventListener("abort", stop);
    // To be stopped is what else a worker would report.
    await keepBrokenFiles(folder, testModules, signal.aborted ? [] : unhandledErrors);
    await finishRun(folder, signal.aborted ? "interrupted" : "complete");
    const run = await readRun(folder);
    if (run.suites.length === 0 && !signal.aborted) throw nothingToRun(files, options.case);
    return { run, folder };
  } finally {
    reporter.clear();
    await vitest.close();
  }
}

/** Vitest without its own configuration, output and way to end. */
async function startVitest(reporter: ProgressReporter, part: string | undefined) {
  const print = () =>
    new Writable({
      write(chunk: Buffer, _, done) {
        reporter.print(String(chunk));
        done();
      },
    });
  const known = new Set(endings.flatMap((signal) => process.listeners(signal)));
  const vitest = await createVitest(
    {
      ...evalsProject.test,
      config: false,
      root: process.cwd(),
      watch: false,
      maxWorkers: "100%",
      reporters: [reporter],
      ...(part !== undefined && { testNamePattern: part.replaceAll(/[^\w\s]/g, String.raw`\$&`) }),
    },
    { resolve: evalsProject.resolve },
    { stdout: print(), stderr: print() },
  );
  // Vitest would end the process at the first Ctrl-C, before there is a report.
  for (const signal of endings) {
    for (const listener of process.listeners(signal)) {
      if (!known.has(listener)) process.removeListener(signal, listener);
    }
  }
  return vitest;
}

const endings = ["SIGINT", "SIGTERM"] as const;

function nothingToRun(files: readonly string[], part?: string): TroupeError {
  const asked = files.length > 0 ? ` whose path holds ${files.map((file) => `"${file}"`).join(" or ")}` : "";
  const where = `There is no suite${asked} below "${process.cwd()}"`;
  return new TroupeError("suite_invalid", part === undefined ? `${where}.` : `${where} with a case "${part}".`, {
    hint: "Suites are files named *.eval.ts that call defineSuite of troupe/evals; docs/evals.md begins with one.",
  });
}
