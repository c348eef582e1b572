import { diffLines } from "diff";
import type { CallSpan, Span } from "../../storage/storage.ts";
import { canonicalRequest } from "../../testing/describe-miss.ts";
import { textOf } from "../suite/read-messages.ts";
import type { TurnOutcome } from "./turn-outcome.ts";

/** Something that would have been different. */
export interface Difference {
  /** For people: `step 5, respond, gpt-5.4-mini in place of gpt-5.4`, `the answer`, … */
  what: string;
  /** Lines that begin with `-` as recorded, with `+` as replayed, with a space where both agree. */
  lines: string[];
}

type ModelSpan = Extract<Span, { kind: "model" }>;

/** Compares what models answer in a replay, turn by turn, with what was recorded. */
export function compareModels(recorded: readonly CallSpan[]) {
  const ids = new Set(recorded.map(({ span_id }) => span_id));
  const left = new Set(
    recorded
      .filter(isModel)
      .filter(({ parent_id, response, error }) => (response ?? error) && !ids.has(parent_id ?? "")),
  );

  /** Finds for each call the recorded one that it stands for: what was asked says it best, then where, then by whom. */
  function pair(spans: readonly ModelSpan[]): ReadonlyMap<ModelSpan, ModelSpan> {
    const pairs = new Map<ModelSpan, ModelSpan>();
    for (const isLike of [asksTheSame, isOfTheStep, isOfTheNode]) {
      for (const span of spans) {
        const before = pairs.has(span)
          ? undefined
          : [...left].find((one) => one.node === span.node && isLike(one, span));
        if (!before) continue;
        pairs.set(span, before);
        left.delete(before);
      }
    }
    return pairs;
  }

  return {
    /** What the models of one turn answered otherwise. */
    compareTurn(replayed: readonly Span[]): Difference[] {
      const spans = replayed.filter(isModel);
      const pairs = pair(spans);
      return spans.flatMap((span) => {
        if (!span.response) return [];
        const before = pairs.get(span);
        const name = before && before.name !== span.name ? `${span.name} in place of ${before.name}` : span.name;
        const what = `${placeOf(span)}, ${name}`;
        return compare(before ? what : `${what}, which was not asked then`, describe(before), describe(span));
      });
    },
    /** The recorded calls of models that no turn has made again. */
    left: (): readonly ModelSpan[] => [...left],
  };
}

/** Calls that were made then and are not any more. */
export const describeUnmade = (spans: readonly CallSpan[]): Difference[] =>
  spans.map((span) => {
    const what = `${placeOf(span)}, ${span.name}, which is not asked any more`;
    if (span.kind === "model") return compare(what, describe(span), "")[0] ?? { what, lines: [] };
    const asked = span.kind === "tool" ? span.request.args : span.request.query;
    return { what, lines: [`- ${span.name}(${JSON.stringify(asked)})`] };
  });

const isModel = (span: Span): span is ModelSpan => span.kind === "model";
const asksTheSame = (one: ModelSpan, other: ModelSpan) => canonicalRequest(one) === canonicalRequest(other);
const isOfTheStep = (one: ModelSpan, other: ModelSpan) => one.step === other.step;
const isOfTheNode = () => true;
const placeOf = ({ step, node }: Span): string => `step ${step}, ${node}`;

/** What a turn came to otherwise. */
export function compareOutcomes(recorded: TurnOutcome | undefined, replayed: TurnOutcome): Difference[] {
  const show = (values: unknown[] = []) => values.map((value) => JSON.stringify(value)).join("\n");
  return [
    ...compare("the route", recorded?.route?.join(", ") ?? "", replayed.route?.join(", ") ?? ""),
    ...compare("what it asks a person", show(recorded?.interrupts), show(replayed.interrupts)),
    ...compare("the answer", recorded?.text ?? "", replayed.text),
  ];
}

/** A model's answer as lines: its text and its calls, without their ids. */
function describe(span: ModelSpan | undefined): string {
  const { content, tool_calls = [] } = span?.response?.message ?? { content: "" };
  const calls = tool_calls.map(({ name, args }) => `calls ${name}(${JSON.stringify(args)})`);
  return [textOf(content), ...calls].filter(Boolean).join("\n");
}

function compare(what: string, recorded: string, replayed: string): Difference[] {
  if (recorded === replayed) return [];
  const lines = diffLines(`${recorded}\n`, `${replayed}\n`).flatMap(({ value, added, removed }) =>
    value
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => `${added ? "+" : removed ? "-" : " "} ${line}`),
  );
  return [{ what, lines }];
}
