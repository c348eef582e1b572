import { type Config, readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import { formatReference, type ModelReference, providers } from "./catalog.ts";

/**
 * Throws `model_calls_forbidden` when `TROUPE_FORBID_MODEL_CALLS` is set now and the model is not on this machine.
 * Asked before each call, so that a test's setup file can throw the switch at any time.
 */
export function refuseForbiddenCall(link: ModelReference, config: Config): void {
  if (link.provider === "embedded" || isLoopback(config[providers[link.provider].url])) return;
  if (!readConfig().TROUPE_FORBID_MODEL_CALLS) return;
  throw new TroupeError("model_calls_forbidden", `A call to the model "${formatReference(link)}" was refused.`, {
    hint: "TROUPE_FORBID_MODEL_CALLS is set: script the model (troupe/testing), use embedded, or unset the variable.",
  });
}

function isLoopback(url: string | undefined): boolean {
  if (!url || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
