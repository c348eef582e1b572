import { keyOf } from "./baseline-file.ts";
import type { Baseline, BaselineCase } from "./gate.ts";

/** What a new baseline accepts, as lines for people: first what is worse than it was. */
export function showUpdate(before: Baseline | undefined, after: Baseline, path: string): string {
  const known = new Map(before?.cases.map((one) => [keyOf(one), one]));
  const kept = new Set(after.cases.map(keyOf));
  const changed = after.cases.flatMap((now) => {
    const was = known.get(keyOf(now));
    return was && was.pass_rate !== now.pass_rate ? [{ was, now }] : [];
  });
  const worse = changed.filter(({ was, now }) => now.pass_rate < was.pass_rate);
  const better = changed.filter(({ was, now }) => now.pass_rate > was.pass_rate);
  const added = after.cases.filter((one) => !known.has(keyOf(one)));
  const gone = [...known.values()].filter((one) => !kept.has(keyOf(one)));
  const move = ({ was, now }: { was: BaselineCase; now: BaselineCase }) =>
    `${nameOf(now)}: ${percent(was.pass_rate)} → ${percent(now.pass_rate)}`;
  return [
    `${path}: ${after.cases.length} cases accepted.`,
    ...worse.map((one) => `  worse   ${move(one)}`),
    ...gone.map((one) => `  gone    ${nameOf(one)}`),
    ...better.map((one) => `  better  ${move(one)}`),
    ...(added.length > 0 ? [`  new     ${added.length} cases`] : []),
    ...(changed.length + gone.length + added.length === 0 ? ["  No case passes more or less often than before."] : []),
  ].join("\n");
}

const nameOf = ({ suite, id }: BaselineCase) => `${suite} > ${id}`;
const percent = (rate: number) => `${Math.round(rate * 100)} %`;
