import { type CallInterceptor, callScopes } from "./call-interceptor.ts";
import { patchLangChain } from "./patch-langchain.ts";

export type { CallAnswer, CallInterceptor, PendingCall } from "./call-interceptor.ts";

/**
 * Runs work in which every call of a LangChain model, tool or retriever is first shown to the interceptors, in order;
 * the first answer wins, and a call that none answers is made. Callbacks, streaming, `bindTools` and
 * `withStructuredOutput` stay as they are. Of models that call models only the outermost is shown. Scopes nest: the
 * inner interceptors are asked first. Costs nothing before its first use, which patches the classes of
 * `@langchain/core`; a graph's server belongs inside, so that its runs are.
 *
 * @example
 * await interceptCalls(async ({ kind }) => (kind === "tool" ? { response: { content: "49" } } : undefined), () =>
 *   graph.invoke({ messages: [{ role: "user", content: "7 * 7?" }] }),
 * );
 */
export async function interceptCalls<Result>(
  interceptors: CallInterceptor | readonly CallInterceptor[],
  work: () => Result | PromiseLike<Result>,
): Promise<Result> {
  await patchLangChain();
  const outer = callScopes.getStore();
  const all = [interceptors, outer?.interceptors ?? []].flat();
  return callScopes.run({ ...outer, interceptors: all, insideModel: false }, work);
}
