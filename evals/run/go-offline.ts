import { environmentVariables } from "../../config.ts";

/** Whether a variable sets a model or a vector store, which must not be the machine's in an offline run. */
export const isModelSetting = (name: string): boolean => /^(MODEL|OPENAI|ANTHROPIC|CHROMA|VECTOR)_/.test(name);

/**
 * Takes the models' and Chroma's settings out of the environment, so that a suite answers alike on every machine and costs nothing,
 * and forbids calls beyond it. LangSmith's variables stay: who traces evals has asked for it.
 */
export function goOffline(environment: NodeJS.ProcessEnv = process.env): void {
  for (const name of environmentVariables) {
    if (isModelSetting(name)) delete environment[name];
  }
  environment["TROUPE_FORBID_MODEL_CALLS"] = "true";
}
