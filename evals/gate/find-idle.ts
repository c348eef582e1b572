import type { CaseResult, SuiteResult } from "../results/eval-run.ts";
import type { GateFinding, RunScope } from "./gate.ts";

/** Tells what plays no part: a misspelt name decides nothing, a fault or a recording waits for a call that never comes. Such a case passes in silence. */
export function findIdle(
  { name: suite, scorers, unread = {}, unmet = {}, cases }: SuiteResult,
  scope: RunScope,
): GateFinding[] {
  const unmade: Record<string, string[]> = {};
  for (const one of cases) {
    for (const call of new Set(one.trials.flatMap(({ observation }) => observation.unmade ?? []))) {
      (unmade[call] ??= []).push(placeOf(one));
    }
  }
  const tell = (kind: GateFinding["kind"], [first, ...others]: readonly string[], say: (at: string) => string) => {
    if (first === undefined) return [];
    const at = others.length > 0 ? `of ${others.length + 1} cases, the first at ${first}` : `at ${first}`;
    return [{ level: "notice", kind, suite, message: say(at) } satisfies GateFinding];
  };
  return [
    ...tell(
      "unjudged",
      scorers.length > 0 ? cases.filter(isUnjudged).map(placeOf) : [],
      (at) => `No scorer judges the answer ${at}: whatever it is, it passes.`,
    ),
    // In a part of the suite it may have nothing to say, and nobody may call a tool.
    ...(scope === "cases" ? [] : scorers.filter((one) => isSilent(one, cases))).map(({ name }): GateFinding => ({
      level: "notice",
      kind: "scorer_silent",
      suite,
      message: `The scorer "${name}" says nothing of any case: tell it what to look for, or take it out.`,
    })),
    ...Object.entries(unread).flatMap(([key, places]) =>
      tell(
        "expectation_unread",
        places,
        (at) => `No scorer reads "expected.${key}" ${at}: correct its name, or add the scorer that does.`,
      ),
    ),
    ...Object.entries(scope === "cases" ? {} : findUncalled(cases)).flatMap(([tool, places]) =>
      tell(
        "approval_unmet",
        places,
        (at) => `No case calls the tool "${tool}", which is to be approved ${at}: correct its name, or see why.`,
      ),
    ),
    ...Object.entries(unmet).flatMap(([call, places]) =>
      tell(
        "fault_unmet",
        places,
        (at) => `The fault for ${call} met none ${at}: correct its kind, name or number, or take it out.`,
      ),
    ),
    ...Object.entries(unmade).flatMap(([call, places]) =>
      tell(
        "recording_unused",
        places,
        (at) => `A recorded call of ${call} was not made ${at}: see why, or record the cassette again.`,
      ),
    ),
  ];
}

/** Whether nothing is asked of it but to end: no scorer says that it is good or bad, and no error is expected. */
const isUnjudged = ({ trials, expected }: CaseResult): boolean =>
  !expected.error &&
  trials.every(({ scores, passed }) => passed && Object.values(scores).every((one) => one.passed === null));

/** The tools that cases want a person's yes for and that none calls, with the places of these cases: a renamed one would be approved for ever. */
function findUncalled(cases: readonly CaseResult[]): Record<string, string[]> {
  const called = new Set(
    cases.flatMap(({ trials }) => trials.flatMap(({ observation }) => observation.toolCalls.map(({ name }) => name))),
  );
  const uncalled: Record<string, string[]> = {};
  for (const one of cases) {
    for (const tool of [one.expected["approval"] ?? []].flat().map(String)) {
      if (!called.has(tool)) (uncalled[tool] ??= []).push(placeOf(one));
    }
  }
  return uncalled;
}

/** Whether it has neither a score, nor a figure, nor an error in any trial. */
const isSilent = ({ name }: { name: string }, cases: readonly CaseResult[]): boolean =>
  cases.every(({ trials }) =>
    trials.every(({ scores }) => {
      const { score = null, value, error } = scores[name] ?? {};
      return score === null && value === undefined && error === undefined;
    }),
  );

const placeOf = ({ place, id }: CaseResult): string => place ?? id;
