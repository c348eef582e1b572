import { diffLines } from "diff";
import type { CallSpan, Span } from "../../storage/storage.ts";
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

/** What models answered otherwise in the replayed spans behind the first `seen`: the n-th of a node's step against the n-th. */
export function compareModels(recorded: readonly CallSpan[], replayed: readonly Span[], seen: number): Difference[] {
  const isModel = (span: Span): span is ModelSpan => span.kind === "model";
  const models = replayed.filter(isModel);
  const isNew = new Set(replayed.slice(seen));
  return models.flatMap((span, place) => {
    if (!isNew.has(span) || !span.response) return [];
    const isSamePlace = ({ node, step }: ModelSpan) => node === span.node && step === span.step;
    const number = models.slice(0, place).filter(isSamePlace).length;
    const before = recorded.filter(isModel).filter(isSamePlace)[number];
    const name = before && before.name !== span.name ? `${span.name} in place of ${before.name}` : span.name;
    const what = `step ${span.step}, ${span.node}, ${name}`;
    return compare(before ? what : `${what}, which was not asked then`, describe(before), describe(span));
  });
}

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
