import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { summarizeCase } from "../statistics/summarize-suite.ts";
import type { Baseline, BaselineCase } from "./gate.ts";

const Head = z.object({
  version: z.literal(1),
  run_id: z.string(),
  models: z.object({ fast: z.string(), smart: z.string(), embed: z.string().nullable() }),
});

const numbers = z.record(z.string(), z.number());
const names = z.array(z.string());
const Line = z.object({
  suite: z.string(),
  id: z.string(),
  trials: z.number(),
  pass_rate: z.number(),
  varies: z.boolean(),
  live: z.boolean(),
  scores: numbers,
  values: numbers,
  text: z.string(),
  nodes: names,
  tools: names,
  documents: names,
  route: z.record(z.string(), z.unknown()).optional(),
  error: z.string().optional(),
});

/** How much of an answer is kept for the diff. */
const mostText = 600;

/** Reads a baseline: a head, then a line a case. Undefined where there is none; throws `case_invalid` with the line that is damaged. */
export async function readBaseline(path: string): Promise<Baseline | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const { run_id, models } = parse(Head, head, `${path}:1`);
  const cases = lines.map((line, index) => parse(Line, line, `${path}:${index + 2}`));
  return { run_id, models, cases };
}

/**
 * Writes what a run came to as the baseline, and answers it. Of a run of a part, the other cases stay as they were; of a whole one they
 * go.
 */
export async function writeBaseline(
  path: string,
  run: EvalRun,
  before: Baseline | undefined,
  { whole }: { whole: boolean },
): Promise<Baseline> {
  const { run_id, environment } = run;
  const ran = toBaseline(run).cases;
  const known = new Set(ran.map(keyOf));
  const kept = whole ? [] : (before?.cases ?? []).filter((one) => !known.has(keyOf(one)));
  const cases = [...kept, ...ran].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const head = { version: 1, run_id, models: environment.models };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, [head, ...cases].map((line) => `${JSON.stringify(line)}\n`).join(""));
  return { run_id, models: environment.models, cases };
}

/** A run in the form of a baseline, to compare with one. */
export function toBaseline({ run_id, environment, suites }: EvalRun): Baseline {
  const cases = suites.flatMap(({ name, cases: results }) =>
    results.map((result): BaselineCase => {
      const { scores, values, ...summary } = summarizeCase(result);
      const { text, nodes, toolCalls, documents, route, error } = result.trials[0]!.observation;
      return {
        suite: name,
        ...summary,
        scores: rounded(scores),
        // Times differ with the machine.
        values: rounded(Object.fromEntries(Object.entries(values).filter(([scorer]) => scorer !== "latency"))),
        text: text.length > mostText ? `${text.slice(0, mostText)}…` : text,
        nodes,
        tools: toolCalls.map(({ name: tool }) => tool),
        documents: documents.map(({ source, id }) => source ?? id),
        ...(route && { route }),
        ...(error && { error: error.message }),
      };
    }),
  );
  return { run_id, models: environment.models, cases };
}

/** The case as one text, fit to sort and to compare by. */
export const keyOf = ({ suite, id }: { suite: string; id: string }): string => JSON.stringify([suite, id]);

const rounded = (record: Record<string, number>) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, Math.round(value * 1e4) / 1e4]));

function parse<Value>(schema: z.ZodType<Value>, line: string, place: string): Value {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw new TroupeError("case_invalid", `The baseline is damaged at "${place}".`, {
      hint: "Take the file as it was committed, or make it anew with `troupe eval --update-baseline`.",
      cause,
    });
  }
}
