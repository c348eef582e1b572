import type * as agentevals from "agentevals";
import type { ToolArgsMatchMode, ToolArgsMatchOverrides, TrajectoryMatchMode } from "agentevals";
import { z } from "zod";
import type { ObservedToolCall } from "../suite/observation.ts";
import { readMessages } from "../suite/read-messages.ts";
import { configurable } from "./configurable.ts";
import { importPeer } from "./import-peer.ts";
import { readExpected } from "./read-expected.ts";
import { show } from "./show.ts";

interface TrajectoryOptions {
  /** `strict`: the same calls in the same order; `unordered`: in any; `subset`: none beyond them; `superset`: at least them. */
  mode: TrajectoryMatchMode;
  /** How the arguments of a call compare to those expected; `superset` unless told: at least these. */
  args: ToolArgsMatchMode;
  /** By the name of a tool, in place of `args`: a mode, names of arguments that must be equal, or a function. */
  overrides: ToolArgsMatchOverrides;
}

const Call = z.union(
  [
    z.string().transform((name): Call => ({ name })),
    z.strictObject({ name: z.string(), args: z.record(z.string(), z.unknown()).optional() }),
  ],
  { error: "write the name of a tool, or { name, args }" },
);
interface Call {
  name: string;
  args?: Record<string, unknown>;
}

/**
 * Whether the tools that were called are `expected.tools`: names, or `{ name, args }`, and `[]` for none. In its place a recorded conversation,
 * `expected.messages`, gives the calls of its assistant. Calls are compared, not messages, so the words between them do not count.
 */
export const trajectory = configurable<TrajectoryOptions>(({ mode = "strict", args = "superset", overrides }) => ({
  name: "trajectory",
  kind: "rule",
  async score(input) {
    const { observation, expected } = input;
    const recorded = readMessages(expected).flatMap(({ tool_calls = [] }) => tool_calls);
    const wanted = readExpected(input, "tools", z.array(Call)) ?? (expected.messages ? recorded : undefined);
    if (!wanted) return { score: null };
    const called = observation.toolCalls;
    const { createTrajectoryMatchEvaluator } = await importPeer<typeof agentevals>("agentevals");
    const evaluate = createTrajectoryMatchEvaluator({
      toolArgsMatchMode: args,
      // A tool named "constructor" has no override.
      toolArgsMatchOverrides: Object.assign(Object.create(null) as object, overrides),
    });
    const isRight = async (came: ObservedToolCall, one: Call): Promise<boolean> =>
      came.name === one.name &&
      !isUnknown(came) &&
      (!one.args ||
        (await evaluate({ outputs: [toMessage(came)], referenceOutputs: [toMessage(one)] })).score === true);
    const score = (await matches(called, wanted, mode, isRight)) ? 1 : 0;
    if (score === 1) return { score };
    const unknown = called.filter(isUnknown).map(({ name }) => name);
    const more = unknown.length > 0 ? `; there is no tool ${unknown.join(", ")}` : "";
    return { score, comment: `expected ${list(wanted)} (${mode}), called ${list(called)}${more}` };
  },
}));

/** Whether the tool is not there, as the ToolNode of LangGraph or of langchain answers: nothing has run then. */
const isUnknown = ({ name, error = "" }: ObservedToolCall): boolean =>
  [`Error: Tool "${name}" not found`, `Error: ${name} is not a valid tool`].some((start) => error.startsWith(start));

/**
 * agentevals says whether one call is as expected; who goes with whom is decided here. In 0.0.7 (and in openevals 0.2.2, which has the
 * same code) `subset` and half of `unordered` hand a matcher what came and what was expected the wrong way round, and a call is given to
 * the first expectation that it fits, though only a later one may have no other.
 */
async function matches(
  called: ObservedToolCall[],
  wanted: Call[],
  mode: TrajectoryMatchMode,
  isRight: (came: ObservedToolCall, one: Call) => Promise<boolean>,
): Promise<boolean> {
  const fits = await Promise.all(called.map((came) => Promise.all(wanted.map((one) => isRight(came, one)))));
  if (mode === "superset") return countPairs(fits, wanted.length) === wanted.length;
  if (mode === "subset") return countPairs(fits, wanted.length) === called.length;
  if (called.length !== wanted.length) return false;
  return mode === "strict" ? fits.every((row, index) => row[index]) : countPairs(fits, wanted.length) === wanted.length;
}

/** The most pairs that there are where each row goes with one column at most: augmenting paths (Kuhn 1955). */
function countPairs(fits: boolean[][], columns: number): number {
  const rowOf = new Map<number, number>();
  const place = (row: number, tried: Set<number>): boolean =>
    Array.from({ length: columns }, (_, column) => column).some((column) => {
      if (!fits[row]![column] || tried.has(column)) return false;
      tried.add(column);
      const other = rowOf.get(column);
      if (other !== undefined && !place(other, tried)) return false;
      rowOf.set(column, row);
      return true;
    });
  return fits.filter((_, row) => place(row, new Set())).length;
}

const toMessage = ({ name, args = {} }: Call) => ({
  role: "assistant" as const,
  content: "",
  tool_calls: [{ id: "1", type: "function", function: { name, arguments: JSON.stringify(args) } }],
});

const list = (calls: Call[]) =>
  calls.map(({ name, args }) => (args ? `${name}(${show(args)})` : name)).join(", ") || "none";
