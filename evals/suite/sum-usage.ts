import type { Span } from "../../storage/storage.ts";
import type { Observation } from "./observation.ts";
import type { CommonOptions } from "./suite-options.ts";

/** Models that answer in this process and always alike: the embedded one, scripts, and LangChain's own fakes. */
export const isLocalModel = (name: string): boolean => /^(embedded|scripted|fake)/i.test(name);

/** Adds up what the models of a trial used; `answered` of their calls were answered by a cassette or a planned fault. */
export function sumUsage(
  spans: readonly Span[],
  answered: number,
  prices: CommonOptions["prices"] = {},
): Observation["usage"] {
  const calls = spans.filter((span) => span.kind === "model");
  const total = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  let cost: number | null = 0;
  for (const { name, usage } of calls) {
    const price = prices[name] ?? (isLocalModel(name) ? { input: 0, output: 0 } : undefined);
    if (!price) cost = null;
    if (!usage) continue;
    total.input_tokens += usage.input_tokens;
    total.output_tokens += usage.output_tokens;
    total.total_tokens += usage.total_tokens;
    if (cost !== null && price) cost += (usage.input_tokens * price.input + usage.output_tokens * price.output) / 1e6;
  }
  const remote = calls.filter(({ name }) => !isLocalModel(name)).length;
  return { ...total, model_calls: calls.length, live_calls: Math.max(remote - answered, 0), cost };
}
