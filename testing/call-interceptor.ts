import { AsyncLocalStorage } from "node:async_hooks";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import type { CallSpan, SpanUsage } from "../storage/storage.ts";

/** A call of a model, a tool or a retriever, about to be made. */
export type PendingCall = {
  [Kind in CallSpan["kind"]]: {
    kind: Kind;
    name: string;
    request: Extract<CallSpan, { kind: Kind }>["request"];
    /** The graph's node and step that it is made in; null outside of a graph. */
    node: string | null;
    step: number | null;
    signal?: AbortSignal;
  };
}[CallSpan["kind"]];

/** What comes back in a call's place: a response of its kind, as spans have it, and of a model the tokens and the name it shall report. */
export interface CallAnswer {
  response: unknown;
  usage?: SpanUsage;
  name?: string;
}

/** Answers a call in its place; throws what the call shall throw; or lets it through with undefined. An aborted call waits for nobody. */
export type CallInterceptor = (call: PendingCall) => Promise<CallAnswer | undefined>;

/** Who is asked within a piece of work, the first to answer wins; whether a model is answering already; and who is called back for outermost calls. */
export interface CallScope {
  interceptors: readonly CallInterceptor[];
  insideModel: boolean;
  recorder?: BaseCallbackHandler;
}

export const callScopes = new AsyncLocalStorage<CallScope>();

/** A call before the place it is made in is known. */
type BareCall = {
  [Kind in PendingCall["kind"]]: Omit<Extract<PendingCall, { kind: Kind }>, "node" | "step">;
}[PendingCall["kind"]];

/** Asks the interceptors of a scope in turn. Rejects with the reason of the call's signal as soon as that aborts. */
export async function askInterceptors({ interceptors }: CallScope, bare: BareCall): Promise<CallAnswer | undefined> {
  const { metadata } = AsyncLocalStorageProviderSingleton.getRunnableConfig() ?? {};
  const { langgraph_node = null, langgraph_step = null } = (metadata ?? {}) as Record<string, never>;
  const call: PendingCall = { ...bare, node: langgraph_node, step: langgraph_step };
  const { signal } = call;
  signal?.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    for (const intercept of interceptors) {
      // What an interceptor asks of a model by itself is its own business.
      const answer = await Promise.race([callScopes.exit(() => intercept(call)), aborted.promise]);
      if (answer) return answer;
    }
    return undefined;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
