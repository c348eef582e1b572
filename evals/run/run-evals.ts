import { rm } from "node:fs/promises";
import { Writable } from "node:stream";
import { createVitest } from "vitest/node";
import { TroupeError } from "../../errors.ts";
import { ProgressReporter } from "../report/progress-reporter.ts";
import type { EvalRun } from "../results/eval-run.ts";
import type { CaseFilter } from "../results/provided-run.ts";
import { createRun, finishRun, readRun } from "../results/run-folder.ts";
import { evalsProject } from "../vitest.ts";
import { keepBrokenFiles } from "./keep-broken-files.ts";
import { readEnvironment } from "./read-environment.ts";

/** What of the suites is run, and how. */
export interface RunOptions {
  /** Parts of the paths of suite files; without one all are run. */
  files: readonly string[];
  filter: CaseFilter;
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
  const { files, filter, output, live, repeat, concurrency, passing, signal } = options;
  const part = describePart(files, filter);
  const reporter = new ProgressReporter();
  const [environment, vitest] = await Promise.all([readEnvironment(live), startVitest(reporter)]);
  try {
    const specifications = await vitest.globTestSpecifications([...files]);
    if (specifications.length === 0) throw nothingToRun(part);
    signal.throwIfAborted();
    const folder = await createRun(output, { ...environment, part });
    vitest.provide("evalRun", { folder, filter, repeat, concurrency, passing });
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
    if (run.suites.length === 0 && !signal.aborted) {
      await rm(folder, { recursive: true });
      throw nothingToRun(part);
    }
    return { run, folder };
  } finally {
    reporter.clear();
    await vitest.close();
  }
}

/** Vitest without its own configuration, output and way to end. */
async function startVitest(reporter: ProgressReporter) {
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

/** What of the suites is run, for people; undefined for all of them. */
function describePart(files: readonly string[], { case: part, tag = [], limit }: CaseFilter): string | undefined {
  const quote = (all: readonly string[]) => all.map((one) => `"${one}"`).join(" or ");
  const parts = [
    files.length > 0 && `files with ${quote(files)}`,
    part !== undefined && `cases with "${part}"`,
    tag.length > 0 && `cases tagged ${quote(tag)}`,
    limit !== undefined && `the first ${limit} of each suite`,
  ];
  return parts.filter(Boolean).join(", ") || undefined;
}

function nothingToRun(part: string | undefined): TroupeError {
  const asked = part === undefined ? "" : ` that the command asks for: ${part}`;
  return new TroupeError("suite_invalid", `There is no suite below "${process.cwd()}"${asked}.`, {
    hint: "Suites are files named *.eval.ts that call defineSuite of troupe/evals; docs/evals.md begins with one.",
  });
}
