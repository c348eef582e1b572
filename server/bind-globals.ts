import type { RequestListener } from "node:http";
import { createInProcessFetch } from "./in-process-fetch.ts";

const fetchKey = Symbol.for("langgraph_api:fetch");
const loggerKey = Symbol.for("langgraph.api.sdk-logger");

/**
 * Gives the LangGraph SDK what it looks for in a server's process: a `fetch` for a `Client` without `apiUrl`, and the
 * logger of `getLogger`. Graphs may ask for both while they load, so this comes first; requests wait until `ready`.
 * Disposing the answer takes them back.
 */
export function bindGlobals(
  ready: Promise<RequestListener>,
  apiKey: string | undefined,
): Disposable & { fetch: typeof fetch } {
  const known = globalThis as { [fetchKey]?: typeof fetch; [loggerKey]?: Console };
  const inProcess = createInProcessFetch((request, response) => {
    // Code of the graphs could read the key anyway. Who its user is, it has to say by itself.
    if (apiKey) request.headers["x-api-key"] = apiKey;
    ready.then(
      (listen) => listen(request, response),
      () => response.destroy(),
    );
  });
  known[fetchKey] = inProcess;
  known[loggerKey] ??= console;
  return {
    fetch: inProcess,
    [Symbol.dispose]() {
      if (known[fetchKey] === inProcess) delete known[fetchKey];
    },
  };
}
