import type { SuiteResult } from "../results/eval-run.ts";
import type { Baseline, BaselineCase, GateFinding, RunScope } from "./gate.ts";

/**
 * Tells what of a suite is not what it was: cases that came and went, that are others under their ids, or that a scorer judges no
 * more, and demands that are lower. None of it is a failure, and any of it can make one vanish.
 */
export function findChanges(suite: SuiteResult, before: Baseline, after: Baseline, scope: RunScope): GateFinding[] {
  const { name, error, cases, planned } = suite;
  const of = (baseline: Baseline) => baseline.cases.filter((one) => one.suite === name);
  const known = new Map(of(before).map((one) => [one.id, one]));
  const ids = new Set(of(after).map(({ id }) => id));
  const added = of(after).filter(({ id }) => !known.has(id));
  const both = of(after).flatMap((now) => {
    const was = known.get(now.id);
    return was ? [{ was, now }] : [];
  });
  const failing = added.filter(({ pass_rate }) => pass_rate < 1).length;
  const changed = both.filter(({ was, now }) => was.fingerprint && was.fingerprint !== now.fingerprint);
  const isPart = scope === "cases" || error !== undefined || cases.length < planned;
  const notice = (kind: GateFinding["kind"], what: string, names: readonly string[]): GateFinding[] =>
    names.length === 0 ? [] : [{ level: "notice", kind, suite: name, message: `${what}: ${list(names)}.` }];
  return [
    ...notice(
      "case_new",
      `New cases${failing > 0 ? `, ${failing} of ${added.length} failing` : ""}`,
      added.toSorted(byPassRate).map(({ id }) => id),
    ),
    ...(isPart
      ? []
      : notice(
          "case_missing",
          "Cases of the baseline that are no more",
          [...known.keys()].filter((id) => !ids.has(id)),
        )),
    ...notice(
      "case_changed",
      "Cases whose input, expectation, faults or cassette are not those of the baseline",
      changed.map(({ now }) => now.id),
    ),
    ...notice("scorer_missing", "Scorers that have nothing to say any more", listUnjudged(both)),
    ...(isPart
      ? []
      : notice("demand_lower", "Demands that are lower than the baseline's", listLower(name, before, after))),
  ];
}

/** By scorers, the cases that they judged before and no more, though they pass as before: it may be for want of that. */
function listUnjudged(both: readonly { was: BaselineCase; now: BaselineCase }[]): string[] {
  const unjudged = both
    .filter(({ was, now }) => now.pass_rate >= was.pass_rate)
    .flatMap(({ was, now }) =>
      Object.keys(was.scores)
        .filter((scorer) => !(scorer in now.scores))
        .map((scorer) => ({ scorer, id: was.id })),
    );
  return Object.entries(Object.groupBy(unjudged, ({ scorer }) => scorer)).map(
    ([scorer, ids = []]) => `"${scorer}" of ${list(ids.map(({ id }) => id))}`,
  );
}

/** The thresholds and pass marks of a suite that are lower in `after`, or gone. */
export function listLower(suite: string, before: Baseline, after: Baseline): string[] {
  const [was, now] = [before.demands[suite], after.demands[suite]];
  if (!was || !now) return [];
  const lower = (what: string, from: Record<string, number>, to: Record<string, number>) =>
    Object.entries(from)
      .filter(([scorer, least]) => (to[scorer] ?? 0) < least)
      .map(([scorer, least]) => `${what} of "${scorer}", ${least} → ${to[scorer] ?? "none"}`);
  return [
    ...lower("the threshold", was.threshold, now.threshold),
    ...lower("the pass mark", was.pass_marks, now.pass_marks),
  ];
}

const byPassRate = (one: BaselineCase, other: BaselineCase) => one.pass_rate - other.pass_rate;

const mostNames = 10;
const list = (names: readonly string[]) =>
  names.slice(0, mostNames).join(", ") + (names.length > mostNames ? ` and ${names.length - mostNames} more` : "");
