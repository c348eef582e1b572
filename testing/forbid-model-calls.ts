import { TroupeError } from "../errors.ts";
import { isLoopback } from "../server/guard-network.ts";
import { guardSockets } from "./guard-sockets.ts";

/**
 * Forbids every call of a model beyond this machine until it is disposed: sets `TROUPE_FORBID_MODEL_CALLS`, which the
 * models of Troupe ask, and refuses what `fetch` sends and every connection that is opened to other hosts than loopback, with
 * `model_calls_forbidden`. A request of `fetch` with a key is answered 403 in place of a rejection, which clients of providers would
 * try again for a minute. LangSmith stays reachable where its variables turn tracing on. Connections that were open before, and
 * other processes and threads, are not seen.
 *
 * @example
 * using _ = forbidModelCalls();
 */
export function forbidModelCalls(): Disposable {
  const { fetch } = globalThis;
  const { TROUPE_FORBID_MODEL_CALLS: before } = process.env;
  process.env["TROUPE_FORBID_MODEL_CALLS"] = "true";
  const sockets = guardSockets(mayReach, toError);
  globalThis.fetch = async (input, init) => {
    // To make a request of a request would use up its body.
    const asked = input instanceof Request ? input : undefined;
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    if (mayReach(hostname)) return fetch(input, init);
    const error = toError(hostname);
    const headers = new Headers(init?.headers ?? asked?.headers);
    if (![...headers.keys()].some((name) => /^authorization$|api-key$/.test(name))) throw error;
    const { code, message, hint } = error;
    return Response.json({ error: { type: code, code, message: `${message} ${hint}` } }, { status: 403 });
  };
  return {
    [Symbol.dispose]() {
      globalThis.fetch = fetch;
      sockets[Symbol.dispose]();
      if (before === undefined) delete process.env["TROUPE_FORBID_MODEL_CALLS"];
      else process.env["TROUPE_FORBID_MODEL_CALLS"] = before;
    },
  };
}

const mayReach = (host: string): boolean => isLoopback(host) || host === readTracingHost();

const toError = (host: string): TroupeError =>
  new TroupeError("model_calls_forbidden", `A request to "${host}" was refused.`, {
    hint: "Real calls are forbidden here: script the model or play a cassette; `troupe eval --live` allows them, and so does disposing what forbidModelCalls() returned.",
  });

/** Where LangSmith's tracing goes, if it is on. */
function readTracingHost(): string | undefined {
  const read = (name: string) => process.env[`LANGSMITH_${name}`] ?? process.env[`LANGCHAIN_${name}`];
  if ((read("TRACING_V2") ?? read("TRACING")) !== "true") return undefined;
  return new URL(read("ENDPOINT") ?? "https://api.smith.langchain.com").hostname;
}
