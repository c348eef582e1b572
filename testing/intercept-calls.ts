import type { CallSpan } from "../storage/storage.ts";

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

/** Answers a call in its place with a response of its kind; throws what the call shall throw; or lets it through with undefined. */
export type CallInterceptor = (call: PendingCall) => Promise<{ response: unknown } | undefined>;
