import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type * as Openevals from "openevals";
import { TroupeError } from "../../errors.ts";
import { isEmbedded, selectModel } from "../../models/index.ts";
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
    async score({ case: { input, turns }, observation, text, output, expected }) {
      const model = options.model ?? selectModel("smart");
      if (isEmbedded(model)) {
        throw new TroupeError("model_needed", `The judge "${name}" needs a real model.`, {
          hint: "Run with --live or --model provider:model, or give the judge a model; without one, leave the scorer out.",
        });
      }
      const openevals = await importPeer<typeof Openevals>("openevals");
      const known = (openevals as unknown as Record<string, unknown>)[prompt];
      const evaluate = openevals.createLLMAsJudge({
        prompt: typeof known === "string" ? known : prompt,
        feedbackKey: name,
        judge: model,
        continuous,
      });
      const { score, comment } = await evaluate({
        inputs: input ?? turns,
        outputs: text || output,
        referenceOutputs: expected,
        context: observation.documents.map((document) => document.text).join("\n\n"),
      });
      return { score: Number(score), ...(comment && { comment }) };
    },
  };
}
