import { isDeepStrictEqual } from "node:util";
import { round } from "../results/round.ts";
import { meanOf } from "../statistics/interval.ts";
import { keyOf } from "./baseline-file.ts";
import { listLower } from "./find-changes.ts";
import type { Baseline, BaselineCase } from "./gate.ts";

/** What a new baseline accepts, as lines for people: first what is worse than it was, last the failures that it cannot accept. */
export function showUpdate(
  before: Baseline | undefined,
  after: Baseline,
  path: string,
  failures: readonly string[] = [],
): string {
  const known = new Map(before?.cases.map((one) => [keyOf(one), one]));
  const kept = new Set(after.cases.map(keyOf));
  const changed = after.cases.flatMap((now) => {
    const was = known.get(keyOf(now));
    return was && was.pass_rate !== now.pass_rate ? [{ was, now }] : [];
  });
  const worse = changed.filter(({ was, now }) => now.pass_rate < was.pass_rate);
  const better = changed.filter(({ was, now }) => now.pass_rate > was.pass_rate);
  const others = after.cases.filter((now) => {
    const { fingerprint } = known.get(keyOf(now)) ?? {};
    return fingerprint !== undefined && fingerprint !== now.fingerprint;
  });
  const lower = Object.keys(after.demands).flatMap((suite) =>
    before ? listLower(suite, before, after).map((one) => `${suite}: ${one}`) : [],
  );
  const added = after.cases.filter((one) => !known.has(keyOf(one)));
  const gone = [...known.values()].filter((one) => !kept.has(keyOf(one)));
  const move = ({ was, now }: { was: BaselineCase; now: BaselineCase }) =>
    `${nameOf(now)}: ${percent(was.pass_rate)} → ${percent(now.pass_rate)}`;
  return [
    `${path} holds ${countCases(after.cases)} now.`,
    ...(before && !isDeepStrictEqual(before.models, after.models)
      ? [`  models  ${showModels(before)} → ${showModels(after)}`]
      : []),
    ...worse.map((one) => `  worse   ${move(one)}`),
    ...showFalls(known, after).map((fall) => `  lower   ${fall}`),
    ...lower.map((one) => `  lower   ${one}`),
    ...gone.map((one) => `  gone    ${nameOf(one)}`),
    ...better.map((one) => `  better  ${move(one)}`),
    ...others.map((one) => `  other   ${nameOf(one)}: its input, expectation, faults or cassette`),
    ...(added.length > 0 ? [`  new     ${countCases(added)}`] : []),
    ...(changed.length + gone.length + added.length === 0 ? ["  No case passes more or less often than before."] : []),
    ...(failures.length > 0
      ? ["Still fails, since no baseline excuses it:", ...failures.map((one) => `  ${one}`)]
      : []),
  ].join("\n");
}

/** The scorers whose mean is lower, over the cases that both have. */
function showFalls(known: ReadonlyMap<string, BaselineCase>, { cases }: Baseline): string[] {
  const scores = cases.flatMap((now) =>
    Object.entries(now.scores).flatMap(([scorer, to]) => {
      const from = known.get(keyOf(now))?.scores[scorer];
      return from === undefined ? [] : [{ of: `${now.suite}, mean of "${scorer}"`, from, to }];
    }),
  );
  return Object.entries(Object.groupBy(scores, ({ of }) => of)).flatMap(([of, both = []]) => {
    const [from, to] = [meanOf(both.map((one) => one.from)), meanOf(both.map((one) => one.to))];
    return to < from - 1e-9 ? [`${of}: ${round(from)} → ${round(to)}`] : [];
  });
}

const countCases = ({ length }: readonly unknown[]) => `${length} ${length === 1 ? "case" : "cases"}`;
const showModels = ({ models }: Baseline) => Object.values(models).filter(Boolean).join(", ");
const nameOf = ({ suite, id }: BaselineCase) => `${suite} > ${id}`;
const percent = (rate: number) => `${Math.round(rate * 100)} %`;
