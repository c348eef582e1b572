import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { summarizeCase } from "../statistics/summarize-suite.ts";
import type { Baseline, BaselineCase, RunScope } from "./gate.ts";

const numbers = z.record(z.string(), z.number());
const Head = z.object({
  version: z.literal(1),
  run_id: z.string(),
  models: z.object({ fast: z.string(), smart: z.string(), embed: z.string().nullable() }),
  demands: z
    .record(z.string(), z.object({ file: z.string().optional(), threshold: numbers, pass_marks: numbers }))
    .default({}),
});

const names = z.array(z.string());
const Line = z.object({
  suite: z.string(),
  id: z.string(),
  trials: z.number(),
  pass_rate: z.number(),
  deterministic: z.boolean().default(false),
  varies: z.boolean(),
  live: z.boolean(),
  fingerprint: z.string().optional(),
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
    throw new TroupeError("config_invalid", `The baseline "${path}" cannot be read: ${error.message}.`, {
      hint: "Name a file with --baseline that you may read.",
      cause: error,
    });
  });
  if (text === undefined) return undefined;
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const { run_id, models, demands } = parse(Head, head, `${path}:1`);
  const cases = lines.map((line, index) => parse(Line, line, `${path}:${index + 2}`));
  const places = new Map<string, number>();
  for (const [index, one] of cases.entries()) {
    const first = places.get(keyOf(one));
    if (first) throw damaged(`${path}:${index + 2}`, `It has the case of line ${first} again.`);
    places.set(keyOf(one), index + 2);
  }
  return { run_id, models, demands, cases };
}

/**
 * Writes what a run came to as the baseline, and answers it. Cases that did not run stay as they were; those that are no more, of a suite or
 * a run that ended, go. Throws `config_invalid` where there is no case, and where cases would stay that other models answered.
 */
export async function writeBaseline(
  path: string,
  run: EvalRun,
  before: Baseline | undefined,
  scope: RunScope,
): Promise<Baseline> {
  const { environment, suites } = run;
  const now = toBaseline(run);
  const ran = now.cases.map((one) => ({ ...one, text: shorten(one.text) }));
  const known = new Set(ran.map(keyOf));
  const ended = suites.filter(({ error, cases, planned }) => !error && cases.length >= planned);
  const whole = scope === "all" && run.status === "complete" && ended.length === suites.length;
  const fileOf = (suite: string) => before?.demands[suite]?.file;
  // A suite that its file has no more is gone with its name.
  const isRun = (suite: string) =>
    ended.some(
      ({ name, file }) => name === suite || (file === fileOf(suite) && suites.every((one) => one.name !== suite)),
    );
  const isGone = ({ suite }: BaselineCase) => whole || (scope !== "cases" && isRun(suite));
  const kept = (before?.cases ?? []).filter((one) => !known.has(keyOf(one)) && !isGone(one));
  if (before && kept.length > 0 && !isDeepStrictEqual(before.models, environment.models)) {
    const message = `"${path}" holds ${kept.length} cases that did not run, answered by other models (${before.models.smart}).`;
    throw new TroupeError("config_invalid", message, { hint: "Run every suite with --update-baseline." });
  }
  if (kept.length + ran.length === 0) {
    const hint = "Correct what the gate names, and run it again with --update-baseline.";
    throw new TroupeError("config_invalid", `No case ran, so that nothing can be accepted as "${path}".`, { hint });
  }
  const cases = [...kept, ...ran].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const left = new Set(cases.map(({ suite }) => suite));
  const all = Object.entries({ ...before?.demands, ...(scope === "cases" ? {} : now.demands) });
  const demands = Object.fromEntries(all.filter(([name]) => left.has(name)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const { run_id, models } = now;
  const head = { run_id, models, demands };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, [{ version: 1, ...head }, ...cases].map((line) => `${JSON.stringify(line)}\n`).join(""));
  return { ...head, cases };
}

/** A run in the form of a baseline, to compare with one; answers are whole. */
export function toBaseline({ run_id, environment, suites }: EvalRun): Baseline {
  const cases = suites.flatMap((suite) => {
    // Times differ with the machine.
    const times = new Set(suite.scorers.filter(({ unit }) => unit === "ms").map(({ name }) => name));
    return suite.cases.map((result): BaselineCase => {
      const { scores, values, live, ...summary } = summarizeCase(result);
      const { text, nodes, toolCalls, documents, route, error } = result.trials[0]!.observation;
      return {
        suite: suite.name,
        ...summary,
        live: live || (environment.live && !summary.deterministic && !result.retries),
        ...(result.fingerprint && { fingerprint: result.fingerprint }),
        scores: rounded(scores),
        values: rounded(Object.fromEntries(Object.entries(values).filter(([name]) => !times.has(name)))),
        text,
        nodes,
        tools: toolCalls.map(({ name }) => name),
        documents: documents.map(({ source, id }) => source ?? id),
        ...(route && { route }),
        ...(error && { error: error.message }),
      };
    });
  });
  const demands = suites.map(({ name, file, threshold, scorers }) => {
    const pass_marks = Object.fromEntries(scorers.map((scorer) => [scorer.name, scorer.passMark]));
    return [name, { file, threshold, pass_marks }] as const;
  });
  return { run_id, models: environment.models, demands: Object.fromEntries(demands), cases };
}

/** By suites, the ids of the cases that are sure to have passed: to see them fail is worth a second look. */
export function listPassing({ cases }: Baseline): Record<string, string[]> {
  const passing = Object.groupBy(
    cases.filter(({ deterministic, pass_rate }) => deterministic && pass_rate === 1),
    ({ suite }) => suite,
  );
  return Object.fromEntries(Object.entries(passing).map(([suite, of = []]) => [suite, of.map(({ id }) => id)]));
}

/** An answer as the baseline keeps it. */
export const shorten = (text: string): string => (text.length > mostText ? `${text.slice(0, mostText)}…` : text);

/** The case as one text, fit to sort and to compare by. */
export const keyOf = ({ suite, id }: { suite: string; id: string }): string => JSON.stringify([suite, id]);

const rounded = (record: Record<string, number>) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, Math.round(value * 1e4) / 1e4]));

function parse<Value>(schema: z.ZodType<Value>, line: string, place: string): Value {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw damaged(place, "", cause);
  }
}

function damaged(place: string, why: string, cause?: unknown): TroupeError {
  return new TroupeError("case_invalid", `The baseline is damaged at "${place}". ${why}`.trim(), {
    hint: "Take the file as it was committed, or remove it and make it anew with `troupe eval --update-baseline`.",
    cause,
  });
}
