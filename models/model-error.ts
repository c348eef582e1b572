import { isTroupeError, TroupeError } from "../errors.ts";
import { formatReference, type ModelChain, type ModelReference, providers } from "./catalog.ts";

/** Says what a provider's failure was and what to do about it: `model_failed`, the provider's own error as its cause. */
export function modelFailed(link: ModelReference, variable: ModelChain["variable"], error: unknown): TroupeError {
  if (isTroupeError(error)) return error;
  const { status, message } = readFailure(error);
  const name = formatReference(link);
  const failed = (what: string, hint: string) =>
    new TroupeError("model_failed", `The model "${name}" ${what}`, { hint, cause: error });
  if (link.provider === "embedded") return failed(`failed: ${message}`, "This is a fault of Troupe: please report it.");
  const { title, key, url } = providers[link.provider];
  if (status === 401 || status === 403) {
    return failed(`was refused: ${title} does not accept the key (${status}).`, `Set ${key} to a valid key.`);
  }
  if (status === 404)
    return failed(`does not exist there (404).`, `Correct the name in ${variable}, or the address in ${url}.`);
  if (status === 429) {
    return failed(
      `is over its limit (429): ${message}`,
      `Wait, raise the limit with ${title}, or add a fallback to ${variable}, separated by a comma.`,
    );
  }
  if (status)
    return failed(
      `failed (${status}): ${message}`,
      `Try again, or add a fallback to ${variable}, separated by a comma.`,
    );
  return failed(
    `could not be reached or broke off: ${message}`,
    `Check the network and ${url}, or add a fallback to ${variable}.`,
  );
}

function readFailure(error: unknown): { status?: number; message: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  // LangChain appends a link to its own documentation on further lines.
  const message = error.message.split("\n", 1)[0] ?? "";
  return { message, ...("status" in error && typeof error.status === "number" ? { status: error.status } : {}) };
}
