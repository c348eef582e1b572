import { TroupeError } from "../../errors.ts";
import type { Observation } from "../suite/observation.ts";
import { configurable } from "./configurable.ts";
import type { Score, Scorer } from "./scorer.ts";

interface Limit {
  /** A trial with more of it fails; without a limit the figure is told and decides nothing. */
  most: number;
}

/** Milliseconds of the subject's own work. */
export const latency = measure("latency", "ms", ({ latency_ms }) => latency_ms);

/** Tokens of all model calls, in and out. */
export const tokens = measure("tokens", "tokens", ({ usage }) => usage.total_tokens);

/** Dollars, where the suite names the price of every model that was called; a limit without them is an error. */
export const cost = measure("cost", "$", ({ usage }) => usage.cost ?? undefined);

/** Calls of models. */
export const modelCalls = measure("modelCalls", "calls", ({ usage }) => usage.model_calls);

/** Calls of tools. */
export const toolCalls = measure("toolCalls", "calls", (observation) => observation.toolCalls.length);

function measure(
  name: string,
  unit: NonNullable<Scorer["unit"]>,
  read: (observation: Observation) => number | undefined,
) {
  return configurable<Limit>(({ most }) => ({
    name,
    kind: "measure",
    unit,
    score({ observation }): Score {
      const value = read(observation);
      if (most === undefined) return { score: null, value };
      if (value === undefined) {
        throw new TroupeError("suite_invalid", `The ${name} is not known, so its limit cannot be held.`, {
          hint: 'Name the price of each model in "prices" of the suite.',
        });
      }
      const shown = Number(value.toPrecision(6));
      return value <= most
        ? { score: 1, value }
        : { score: 0, value, comment: `${shown} ${unit}, where ${most} is the most` };
    },
  }));
}
