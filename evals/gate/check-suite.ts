import type { SuiteResult } from "../results/eval-run.ts";
import { round } from "../results/round.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import { findBroken } from "./find-broken.ts";
import type { GateFinding, RunScope } from "./gate.ts";

/** What fails a suite without a look at the baseline: that it could not run or end, what threw, and its thresholds once all of it ran; and what of its cases plays no part. */
export function checkSuite(suite: SuiteResult, scope: RunScope): GateFinding[] {
  const { name, error, cases, planned, threshold } = suite;
  const fail = (kind: GateFinding["kind"], message: string, scorer?: string): GateFinding => ({
    level: "failure",
    kind,
    suite: name,
    ...(scorer && { scorer }),
    message,
  });
  if (error) return [fail("suite_failed", [error.message, error.hint].filter(Boolean).join(" "))];
  if (cases.length < planned) return [fail("incomplete", `${planned - cases.length} of ${planned} cases did not end.`)];
  const [broken, idle] = [findBroken(suite), findIdle(suite)];
  if (scope === "cases") return [...broken, ...idle];
  const { pass, scorers } = summarizeSuite(suite);
  const missed = Object.entries(threshold).flatMap(([scorer, least]) => {
    const mean = (scorer === "pass" ? pass : scorers[scorer])?.mean;
    if (mean === undefined)
      return [fail("threshold", `No case has a score of "${scorer}", which is to be at least ${least}.`, scorer)];
    // A mean of shares may miss the threshold by a rounding.
    if (mean >= least - 1e-9) return [];
    const what = scorer === "pass" ? "The mean pass rate" : `The mean of "${scorer}"`;
    return [fail("threshold", `${what} is ${round(mean)}, below the threshold of ${least}.`, scorer)];
  });
  return [...broken, ...missed, ...idle];
}

/** A misspelt name decides nothing, and a fault or a recording for a call that never comes plays no part: such a case would pass in silence. */
function findIdle({ name: suite, unread = {}, unmet = {}, cases }: SuiteResult): GateFinding[] {
  const unmade: Record<string, string[]> = {};
  for (const { id, place = id, trials } of cases) {
    for (const call of new Set(trials.flatMap(({ observation }) => observation.unmade ?? []))) {
      (unmade[call] ??= []).push(place);
    }
  }
  const tell = (
    kind: GateFinding["kind"],
    places: Record<string, string[]>,
    say: (key: string, at: string) => string,
  ) =>
    Object.entries(places).map(([key, [first, ...others]]): GateFinding => {
      const at = others.length > 0 ? `of ${others.length + 1} cases, the first at ${first}` : `at ${first}`;
      return { level: "notice", kind, suite, message: say(key, at) };
    });
  return [
    ...tell(
      "expectation_unread",
      unread,
      (key, at) => `No scorer reads "expected.${key}" ${at}: correct its name, or add the scorer that does.`,
    ),
    ...tell(
      "fault_unmet",
      unmet,
      (call, at) => `The fault for ${call} met none ${at}: correct its kind, name or number, or take it out.`,
    ),
    ...tell(
      "recording_unused",
      unmade,
      (call, at) => `A recorded call of ${call} was not made ${at}: see why, or record the cassette again.`,
    ),
  ];
}
