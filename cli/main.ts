import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { Command, InvalidArgumentError, Option } from "commander";
import { readVersion } from "../server/read-package.ts";
import type { AskOptions } from "./ask.ts";
import type { DataOptions } from "./data.ts";
import type { EvalCaptureOptions } from "./eval-capture.ts";
import type { EvalDiffOptions } from "./eval-diff.ts";
import type { EvalReplayOptions } from "./eval-replay.ts";
import type { EvalOptions } from "./eval.ts";
import type { IngestCommandOptions } from "./ingest.ts";
import { printError } from "./print-error.ts";
import type { ServeOptions } from "./serve.ts";

// Saves half of the time in which a command starts, all but the first time.
enableCompileCache();

// Each command is imported when it is called, so that `--help` and `ask` do not wait for Express and the graphs.

const troupe = new Command("troupe")
  .description("Direct a team of agents: serve their graphs, ask them, feed them documents.")
  .version(readVersion())
  // So that the options behind `eval diff`, `eval capture` and `eval replay` are theirs.
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .showHelpAfterError("hint: Add --help to see what it takes.")
  .addHelpText(
    "after",
    `
Examples:
  npm start                                      serve at http://localhost:2024
  npx troupe ask "What is (17.5% of 2480) + 12?"
  npx troupe ingest ./handbook
  npx troupe doctor`,
  );

troupe
  .command("serve")
  .description("Serve the graphs of a langgraph.json over the LangGraph API.")
  .option("--port <port>", "the port; the first free one from 2024 on unless told, 0 for any", parsePort)
  .option("--host <host>", "the address to listen on; any but this machine's wants TROUPE_API_KEY", "127.0.0.1")
  .option("--data <dir>", "the folder of all that is kept (TROUPE_DATA, else .troupe)")
  .option("--config <file>", "the langgraph.json", "langgraph.json")
  .option("--no-knowledge", "without the knowledge base and its paths")
  .option("--trace", "keep what runs ask of models, tools and retrievers (TROUPE_TRACE)")
  .option("--insecure", "listen beyond this machine without a key", false)
  .addHelpText(
    "after",
    `
Examples:
  npx troupe serve
  npx troupe serve --port 3000 --data /var/lib/troupe
  TROUPE_API_KEY=… npx troupe serve --host 0.0.0.0`,
  )
  .action(async (options: ServeOptions) => {
    const { serve } = await import("./serve.ts");
    await serve(options);
  });

troupe
  .command("ask")
  .description("Ask a graph of a running server; the answer is shown as it is written.")
  .argument("<question...>")
  .option("--graph <id>", "the graph: orchestrator, or the only one, unless told")
  .option("--thread <id>", "go on with this thread, or answer it where it waits for a person")
  .option("--url <url>", "the server; the one that runs here unless told")
  .option("--data <dir>", "ask the server of this data folder (TROUPE_DATA, else .troupe)")
  .option("--json", "print one JSON object at the end: thread_id, run_id, answer, route, citations")
  .addHelpText(
    "after",
    `
The answer goes to stdout, the steps taken to stderr. A question that is a JSON object is the graph's input itself.

Examples:
  npx troupe ask "How does Troupe resume a run after a crash?"
  npx troupe ask --thread 0199… "and who do the requests go to?"
  npx troupe ask --json "What is 35% of 140?" | jq .answer
  npx troupe ask --graph pipeline '{"topic": "tides"}'`,
  )
  .action(async (words: string[], options: AskOptions) => {
    const { ask } = await import("./ask.ts");
    await ask(words.join(" "), options);
  });

troupe
  .command("ingest")
  .description("Put files and folders (.md .txt .html .pdf .json .csv) into the knowledge base.")
  .argument("<path...>")
  .option("--url <url>", "the server to put them into; the one that runs here unless told")
  .option("--data <dir>", "put them into this data folder, with no server")
  .option("--json", "print the report as JSON")
  .addHelpText(
    "after",
    `
Unchanged files are skipped; what vanished from a folder is removed. Exit code 1 where a file could not be read.

Examples:
  npx troupe ingest ./handbook ./faq.pdf
  npx troupe ingest --data /var/lib/troupe ./handbook`,
  )
  .action(async (paths: string[], options: IngestCommandOptions) => {
    const { ingest } = await import("./ingest.ts");
    await ingest(paths, options);
  });

troupe
  .command("data")
  .description("Say how much is kept, and prune the threads that nobody has changed for long.")
  .option("--data <dir>", "the data folder (TROUPE_DATA, else .troupe)")
  .addOption(
    new Option("--prune <strategy>", "delete threads, or keep only their latest state").choices([
      "delete",
      "keep_latest",
    ]),
  )
  .option("--older-than <days>", "those unchanged for so many days", parseDays)
  .option("--json", "print the counts as JSON")
  .addHelpText(
    "after",
    `
A server may go on meanwhile: busy threads are left alone.

Examples:
  npx troupe data
  npx troupe data --prune keep_latest --older-than 30`,
  )
  .action(async (options: DataOptions) => {
    const { showData } = await import("./data.ts");
    await showData(options);
  });

const evals = troupe
  .command("eval")
  // What is wrong with its options is no failure of the gate.
  .exitOverride(({ exitCode }) => process.exit(exitCode && 2))
  .description("Run eval suites, make a report, and hold it against the baseline.")
  .argument("[files...]", "parts of the paths of suite files (*.eval.ts); all of them unless told")
  .option("--case <text>", "only cases whose name, as <suite> <id>, holds this")
  .option("--tag <tag>", "only cases with this tag; given again, with one of them", addTag)
  .option(
    "--limit <n>",
    "only the first so many cases of each suite, of those that the other options leave",
    parseCount,
  )
  .option("--repeat <n>", "tries of each case whose answers may differ, in place of what the suites say", parseCount)
  .option("--concurrency <n>", "trials at a time in each suite, in place of what the suites say", parseCount)
  .option("--model <provider:model>", "answer in all roles by this model; implies --live", parseModel)
  .option("--live", "let calls leave this machine, with the models of the environment")
  .option("--baseline <file>", "what the run is held against (evals/baseline.jsonl)")
  .option("--update-baseline", "accept this run as the baseline, and show what that accepts")
  .option("--output <dir>", "the folder of all runs (evals in TROUPE_DATA)")
  .option("--json", "print the run's folder and what the gate found as JSON")
  .addHelpText(
    "after",
    `
Without --live no call leaves this machine, and keys in the environment are not used. Exit code 0 where the gate does not fail, 1
where it does, also by a suite that breaks or does not load, 2 where no run was made, and 130 after Ctrl-C, which leaves a report.

Examples:
  npx troupe eval
  npx troupe eval routing --case returns
  npx troupe eval --update-baseline
  npx troupe eval --model openai:gpt-5.4 --repeat 5`,
  )
  .action(async (files: string[], options: EvalOptions) => {
    const { runEval } = await import("./eval.ts");
    await runEval(files, options);
  });

evals
  .command("diff")
  .description("Say what differs between two runs, or a run and the baseline.")
  .argument("<before>", "a run by its id or folder, latest, or baseline")
  .argument("<after>", "the same")
  .option("--baseline <file>", "the baseline", "evals/baseline.jsonl")
  .option("--output <dir>", "the folder of all runs (evals in TROUPE_DATA)")
  .option("--json", "print the differences as JSON")
  .addHelpText(
    "after",
    `
Examples:
  npx troupe eval diff baseline latest
  npx troupe eval diff 2026-11-23T02-40 2026-11-23T02-55`,
  )
  .action(async (before: string, after: string, options: EvalDiffOptions) => {
    const { diffEvalRuns } = await import("./eval-diff.ts");
    await diffEvalRuns(before, after, options);
  });

evals
  .command("capture")
  .description("Make a case of a thread that a server traced, with all its calls as a cassette.")
  .argument("<thread_id>")
  .option("--url <url>", "the server; the one that runs here unless told")
  .option("--suite <path>", "a folder, for its cases.jsonl, or a .jsonl file", "evals/captured")
  .option("--id <id>", "the id of the case; one that is there already is replaced")
  .addHelpText(
    "after",
    `
Secrets and personal data are replaced, the same value by the same placeholder. The server must have run with TROUPE_TRACE=true.

Examples:
  npx troupe eval capture 0199…
  npx troupe eval capture 0199… --suite evals/suites/refunds --id refund-twice`,
  )
  .action(async (thread_id: string, options: EvalCaptureOptions) => {
    const { captureEval } = await import("./eval-capture.ts");
    await captureEval(thread_id, options);
  });

evals
  .command("replay")
  .description("Run captured threads again, and say what would have been different.")
  .argument("<files...>", "case files (cases.jsonl), one case of them (cases.jsonl#id), or cassettes")
  .option("--model <provider:model>", "ask this model in place of the recorded answers", parseModel)
  .option("--from <step>", "ask it from this step or checkpoint id on; what is before is as recorded")
  .option("--graph <id>", "the graph of langgraph.json; the one that was captured unless told")
  .addHelpText(
    "after",
    `
Tools and retrievers answer as recorded and never run. Without --model the recorded answers of models serve too, and no key is needed:
the first request that a changed prompt, graph or tool makes otherwise is shown. Exit code 0 unless it could not run.

Examples:
  npx troupe eval replay evals/captured/cases.jsonl
  npx troupe eval replay evals/captured/cases.jsonl#refund-twice --model openai:gpt-5.4 --from 3`,
  )
  .action(async (files: string[], options: EvalReplayOptions) => {
    const { replayEval } = await import("./eval-replay.ts");
    await replayEval(files, options);
  });

troupe
  .command("doctor")
  .description("Look at all that Troupe needs here, and say what would go wrong and the fix.")
  .option("--json", "print the findings as JSON")
  .addHelpText(
    "after",
    `
Exit code 1 where something fails.

Examples:
  npx troupe doctor
  npx troupe doctor --json | jq '.[] | select(.status != "ok")'`,
  )
  .action(async (options: { json?: boolean }) => {
    const { doctor } = await import("./doctor.ts");
    await doctor(options);
  });

const commands = [...troupe.commands, ...evals.commands];
for (const command of commands) command.option("--verbose", "show the cause of an error");

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a whole number from 1 on.");
}

/** What an unset variable of the shell leaves is no model. */
function parseModel(text: string): string {
  if (text.trim()) return text;
  throw new InvalidArgumentError("Name a model, such as openai:gpt-5.4.");
}

function addTag(tag: string, before?: string[]): string[] {
  return [...(before ?? []), tag];
}

function parseDays(text: string): number {
  const days = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && days <= 1e6) return days;
  throw new InvalidArgumentError("Give a number of days.");
}

if (existsSync(".env")) process.loadEnvFile();
try {
  await troupe.parseAsync();
} catch (error) {
  const aborted = error instanceof Error && error.name === "AbortError";
  if (aborted) console.error("Stopped.");
  else printError(error, { verbose: commands.some((command) => command.opts()["verbose"]) });
  process.exitCode = aborted ? 130 : troupe.args[0] === "eval" ? 2 : 1;
}
