import { environmentVariables } from "../../config.ts";

/**
 * Takes the models' and Chroma's settings out of the environment, so that a suite answers alike on every machine and costs nothing,
 * and forbids calls beyond it. LangSmith's variables stay: who traces evals has asked for it.
 */
export function goOffline(environment: NodeJS.ProcessEnv = process.env): void {
  for (const name of environmentVariables) {
    if (/^(MODEL|OPENAI|ANTHROPIC|CHROMA|VECTOR)_/.test(name)) delete environment[name];
  }
  environment["TROUPE_FORBID_MODEL_CALLS"] = "true";
}
