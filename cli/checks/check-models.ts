import { isTroupeError } from "../../errors.ts";
import { describeModels } from "../../models/index.ts";
import type { Finding } from "./finding.ts";

/** Which model answers in each role, and whether its key is there; no model is called. */
export async function checkModels(): Promise<Finding[]> {
  try {
    return describeModels().map(({ role, variable, chain, reason }): Finding => {
      const name = `model: ${role}`;
      if (chain.length > 0 && chain[0] !== "embedded")
        return { name, status: "ok", message: `${chain.join(", then ")}: ${reason}` };
      if (role === "embed") return { name, status: "ok", message: `none: ${reason}; documents are searched by words` };
      const fix = `For free text, set a provider's key, or OPENAI_BASE_URL with ${variable}=openai:<a model there>.`;
      return { name, status: "warn", message: `embedded, which quotes and calculates: ${reason}`, fix };
    });
  } catch (error) {
    if (!isTroupeError(error)) throw error;
    return [{ name: "models", status: "fail", message: error.message, fix: error.hint }];
  }
}
