import { existsSync, readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { styleText } from "node:util";
import { TroupeError } from "../errors.ts";
import type { Replay } from "../evals/capture/replay-case.ts";
import type { EvalCase } from "../evals/suite/eval-case.ts";

export interface EvalReplayOptions {
  model?: string;
  from?: string;
  graph?: string;
}

type CapturedCase = EvalCase & { cassette: string };

/** Has captured conversations again and says what would have been different. Exit code 0 unless it could not run. */
export async function replayEval(files: string[], { model, from, graph }: EvalReplayOptions): Promise<void> {
  if (from !== undefined && model === undefined) {
    throw new TroupeError(
      "invalid_request",
      "--from says from where on another model answers, and no model is named.",
      {
        hint: "Name it: --model openai:gpt-5.4.",
      },
    );
  }
  const { readCases } = await import("../evals/suite/read-cases.ts");
  const { goOffline } = await import("../evals/run/go-offline.ts");
  const { replayCase } = await import("../evals/capture/replay-case.ts");
  const { spellOutAll } = await import("../evals/report/spell-out.ts");
  const { selectModel } = await import("../models/index.ts");
  const cases = files.flatMap((file) => findCases(file, readCases));
  if (model === undefined) goOffline();
  else process.env["MODEL_FAST"] = process.env["MODEL_SMART"] = model;
  const options = { graph, from, ...(model !== undefined && { model: selectModel("smart") }) };
  for (const one of cases) {
    const replay = await replayCase(one, options);
    console.log(show(spellOutAll(one), spellOutAll(replay), model));
  }
  // What a graph has opened, such as a knowledge base, would keep the process.
  process.exit(0);
}

/** The cases with a cassette that an argument names. Throws `case_invalid`. */
function findCases(argument: string, readCases: (file: string, suite: string) => EvalCase[]): CapturedCase[] {
  const [path = "", id] = argument.split("#");
  const file = resolve(path);
  const isCassette = file.endsWith(".json");
  const folder = dirname(file);
  if (!existsSync(file)) {
    throw new TroupeError("case_invalid", `There is no file "${path}".`, {
      hint: "Name a case file that `troupe eval capture` wrote, such as evals/captured/cases.jsonl.",
    });
  }
  const caseFiles = isCassette ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [file];
  const cases = caseFiles
    .flatMap((name) => readCases(resolve(folder, name), file))
    .filter((one): one is CapturedCase => one.cassette !== undefined)
    .filter((one) => (isCassette ? one.cassette === file : id === undefined || one.id === id));
  if (cases.length > 0) return cases;
  const what = isCassette ? "no .jsonl file beside it has a case with it" : "it has no such case with a cassette";
  throw new TroupeError("case_invalid", `"${argument}" cannot be replayed: ${what}.`, {
    hint: 'Make one with "troupe eval capture".',
  });
}

const colors = { "-": "red", "+": "green", " ": "dim" } as const;

function show(
  one: CapturedCase,
  { recording, graph, from, turns, stopped }: Replay,
  model: string | undefined,
): string {
  const how = model ? `with ${model}${from > 0 ? ` from step ${from}` : ""}` : "with the recorded answers";
  const title = `${one.id}: the graph "${graph}", captured on ${recording.captured_at.slice(0, 10)}, ${how}`;
  const told = turns.flatMap((differences, index) => {
    if (differences.length === 0) return stopped?.turn === index + 1 ? [] : [`  turn ${index + 1}: the same`];
    const lines = differences.flatMap(({ what, lines: changed }) => [
      `    ${what}`,
      ...changed.map((line) => styleText(colors[line[0] as keyof typeof colors], `      ${line}`)),
    ]);
    return [`  turn ${index + 1}: different`, ...lines];
  });
  const end = stopped ? [`  stopped in turn ${stopped.turn}: ${stopped.why.replaceAll("\n", "\n    ")}`] : [];
  return [styleText("bold", title), ...told, ...end].join("\n");
}
