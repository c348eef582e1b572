import type * as agentevals from "agentevals";
import type { ToolArgsMatchMode, ToolArgsMatchOverrides, TrajectoryMatchMode } from "agentevals";
import { configurable } from "./configurable.ts";
import { show } from "./exact.ts";
import { importPeer } from "./import-peer.ts";

interface TrajectoryOptions {
  /** `strict`: the same calls in the same order; `unordered`: in any; `subset`: none beyond them; `superset`: at least them. */
  mode: TrajectoryMatchMode;
  /** How the arguments of a call compare to those expected; `superset` unless told: at least these. */
  args: ToolArgsMatchMode;
  /** By the name of a tool, in place of `args`. */
  overrides: ToolArgsMatchOverrides;
}

/**
 * Whether the tools that were called are `expected.tools`: names, or `{ name, args }`. `expected.tools: []` expects none. Compared by agentevals; calls, not messages, are
 * what is compared, so words between them do not count.
 */
export const trajectory = configurable<TrajectoryOptions>(({ mode = "strict", args = "superset", overrides }) => ({
  name: "trajectory",
  kind: "rule",
  async score({ observation, expected }) {
    if (!Array.isArray(expected.tools)) return { score: null };
    const wanted = (expected.tools as (string | Call)[]).map((call): Call =>
      typeof call === "string" ? { name: call } : call,
    );
    const called = observation.toolCalls;
    const { createTrajectoryMatchEvaluator } = await importPeer<typeof agentevals>("agentevals");
    // A tool of which the case names no arguments matches whatever they were.
    const bare = wanted.filter((call) => !call.args).map((call) => [call.name, "ignore"] as const);
    const evaluate = async (
      outputs: typeof wanted,
      reference: typeof wanted,
      how: TrajectoryMatchMode,
      match: ToolArgsMatchMode,
    ) => {
      const evaluator = createTrajectoryMatchEvaluator({
        trajectoryMatchMode: how,
        toolArgsMatchMode: match,
        toolArgsMatchOverrides: { ...Object.fromEntries(bare), ...overrides },
      });
      const { score } = await evaluator({ outputs: toMessages(outputs), referenceOutputs: toMessages(reference) });
      return score === true;
    };
    // agentevals 0.0.7 hands a matcher what came and what was expected the wrong way round in `subset`, and in one half of
    // `unordered`: its `superset` says both, asked from the right side.
    const matches =
      mode === "subset"
        ? await evaluate(wanted, called, "superset", inverse[args])
        : mode === "unordered"
          ? called.length === wanted.length && (await evaluate(called, wanted, "superset", args))
          : await evaluate(called, wanted, mode, args);
    return {
      score: matches ? 1 : 0,
      comment: matches ? undefined : `expected ${list(wanted)} (${mode}), called ${list(called)}`,
    };
  },
}));

interface Call {
  name: string;
  args?: Record<string, unknown>;
}

const inverse: Record<ToolArgsMatchMode, ToolArgsMatchMode> = {
  exact: "exact",
  ignore: "ignore",
  subset: "superset",
  superset: "subset",
};

/** A message a call, so that the order of all calls counts where order does. */
const toMessages = (calls: Call[]) =>
  calls.map(({ name, args = {} }, index) => ({
    role: "assistant" as const,
    content: "",
    tool_calls: [{ id: String(index), type: "function", function: { name, arguments: JSON.stringify(args) } }],
  }));

const list = (calls: Call[]) =>
  calls.map(({ name, args }) => (args ? `${name}(${show(args)})` : name)).join(", ") || "none";
