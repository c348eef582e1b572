import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type * as Openevals from "openevals";
import { TroupeError } from "../../errors.ts";
import { isEmbedded, selectModel } from "../../models/index.ts";
import { TraceHandler } from "../../server/trace/trace-handler.ts";
import { sumUsage } from "../suite/sum-usage.ts";
import { importPeer } from "./import-peer.ts";
import type { Scorer } from "./scorer.ts";

export interface JudgeOptions {
  name?: string;
  /**
   * What the model is asked, with `{inputs}`, `{outputs}` and `{reference_outputs}` (the case's `expected`) in it; or the name of a prompt of openevals, such as
   * `CONCISENESS_PROMPT`.
   */
  prompt: string;
  /** The judge; the model of the role `smart` unless told. */
  model?: BaseChatModel;
  /** A score between 0 and 1 in place of yes or no. */
  continuous?: boolean;
  /** The least score with which a case passes; 1, or 0.5 where it is continuous, unless told. */
  passMark?: number;
}

/**
 * A model's opinion, by openevals; every report marks it as such. Throws `model_needed` on its case where only the
 * embedded model is there: it cannot judge.
 */
export function judge(options: JudgeOptions): Scorer {
  const { name = "judge", prompt, continuous = false, passMark = continuous ? 0.5 : 1 } = options;
  return {
    name,
    kind: "judge",
    passMark,
    async score({ case: { input, turns }, observation, text, output, expected, signal }) {
      const model = options.model ?? selectModel("smart");
      if (isEmbedded(model)) {
        throw new TroupeError("model_needed", `The judge "${name}" needs a real model.`, {
          hint: "Run with --live or --model provider:model, or give the judge a model; without one, leave the scorer out.",
        });
      }
      const openevals = await importPeer<typeof Openevals>("openevals");
      const named = (openevals as unknown as Record<string, unknown>)[prompt];
      if (typeof named !== "string" && /^[A-Z_]+$/.test(prompt)) {
        throw new TroupeError("suite_invalid", `openevals has no prompt "${prompt}".`, {
          hint: "Take one of those that it exports, such as CONCISENESS_PROMPT, or write the prompt itself.",
        });
      }
      // openevals passes no config on, so the model that it is given knows it.
      const trace = new TraceHandler({ nodes: false });
      const ask = (schema: Record<string, unknown>) =>
        model.withStructuredOutput(schema).withConfig({ callbacks: [trace], signal });
      const evaluate = openevals.createLLMAsJudge({
        prompt: typeof named === "string" ? named : prompt,
        feedbackKey: name,
        judge: Object.create(model, { withStructuredOutput: { value: ask } }) as BaseChatModel,
        continuous,
      });
      const { score, comment } = await evaluate({
        inputs: input ?? turns,
        outputs: text || output,
        referenceOutputs: expected,
        context: observation.documents.map((document) => document.text).join("\n\n"),
      });
      const { input_tokens, output_tokens, total_tokens } = sumUsage(trace.spans(), 0);
      const usage = { input_tokens, output_tokens, total_tokens };
      return { score: Number(score), usage, ...(comment && { comment }) };
    },
  };
}
