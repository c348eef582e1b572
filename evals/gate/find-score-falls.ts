import type { SuiteResult } from "../results/eval-run.ts";
import { round } from "../results/round.ts";
import { meanOf } from "../statistics/interval.ts";
import { pairedPermutationTest } from "../statistics/permutation-test.ts";
import { hasOwnChance, isSure } from "./compare-suite.ts";
import type { BaselineCase, GateFinding } from "./gate.ts";

/** A fall of scores where trials may differ is told from this p on. */
const worthTelling = 0.05;
const mostNames = 5;

/**
 * Tells which scorers' means fell over cases that do not fail by it, such as an nDCG that decides no case: where trials may
 * not differ by however little, where they may by more than chance. Times are left out.
 */
export function findScoreFalls(
  { name: suite, scorers }: SuiteResult,
  before: readonly BaselineCase[],
  after: readonly BaselineCase[],
): GateFinding[] {
  const known = new Map(before.map((one) => [one.id, one]));
  const chance = hasOwnChance([...before, ...after]);
  return scorers.flatMap(({ name: scorer, unit }) => {
    if (unit === "ms") return [];
    const pairs = after.flatMap((now) => {
      const was = known.get(now.id);
      const [from, to] = [was?.scores[scorer], now.scores[scorer]];
      if (!was || from === undefined || to === undefined || now.pass_rate < was.pass_rate) return [];
      return [{ id: now.id, from, to, change: to - from, sure: isSure(was, now, chance) }];
    });
    return [pairs.filter(({ sure }) => sure), pairs.filter(({ sure }) => !sure)].flatMap((cases): GateFinding[] => {
      const [from, to] = [meanOf(cases.map((one) => one.from)), meanOf(cases.map((one) => one.to))];
      if (to > from - 1e-9) return [];
      const p = cases[0]!.sure ? undefined : pairedPermutationTest(cases.map(({ change }) => change)).lower;
      if (p !== undefined && p > worthTelling) return [];
      const fell = cases.filter(({ change }) => change < 0).toSorted((one, other) => one.change - other.change);
      const named = fell.slice(0, mostNames).map((one) => `${one.id} ${round(one.from)} → ${round(one.to)}`);
      const more = fell.length > mostNames ? ` and ${fell.length - mostNames} more` : "";
      const unsure = p === undefined ? "" : ` (p = ${p.toPrecision(2)})`;
      const message =
        `The mean of "${scorer}" fell from ${round(from)} to ${round(to)} over ${cases.length} cases that do not fail by it` +
        `${unsure}: ${named.join(", ")}${more}.`;
      return [{ level: "notice", kind: "score_fell", suite, scorer, message }];
    });
  });
}
