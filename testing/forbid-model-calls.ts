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
  holders += 1;
  lift ??= install();
  let isHeld = true;
  return {
    [Symbol.dispose]() {
      if (!isHeld) return;
      isHeld = false;
      holders -= 1;
      if (holders > 0) return;
      lift?.();
      lift = undefined;
    },
  };
}

/** How many forbid calls now: tests that run side by side hold it, and the last of them lets go. */
let holders = 0;
let lift: (() => void) | undefined;

function install(): () => void {
  const { fetch } = globalThis;
  const { TROUPE_FORBID_MODEL_CALLS: before } = process.env;
  process.env["TROUPE_FORBID_MODEL_CALLS"] = "true";
  const sockets = guardSockets(mayReach, toError);
  globalThis.fetch = async (input, init) => {
    // To make a request of a request would use up its body.
    const asked = input instanceof Request ? input : undefined;
    const { hostname, protocol } = new URL(input instanceof Request ? input.url : input);
    // `data:` and `blob:` are no requests to anybody.
    if (!/^https?:$/.test(protocol) || mayReach(hostname)) return fetch(input, init);
    const error = toError(hostname);
    const headers = new Headers(init?.headers ?? asked?.headers);
    if (![...headers.keys()].some((name) => /^authorization$|api-key$/.test(name))) throw error;
    const { code, message, hint } = error;
    return Response.json({ error: { type: code, code, message: `${message} ${hint}` } }, { status: 403 });
  };
  return () => {
    globalThis.fetch = fetch;
    sockets[Symbol.dispose]();
    if (before === undefined) delete process.env["TROUPE_FORBID_MODEL_CALLS"];
    else process.env["TROUPE_FORBID_MODEL_CALLS"] = before;
  };
}

/** To connect to 0.0.0.0 is to connect to this machine. */
const mayReach = (host: string): boolean => isLoopback(host) || host === "0.0.0.0" || host === readTracingHost();

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
