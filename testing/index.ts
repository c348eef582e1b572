/** The test kit: a model that plays a script, and a provider on loopback that answers and fails as it is told. */
export { collect } from "./collect.ts";
export { type CallAnswer, type CallInterceptor, interceptCalls, type PendingCall } from "./intercept-calls.ts";
export type { ModelReply, ReplyParts } from "./model-reply.ts";
export { ScriptedChatModel, type ScriptedCall, type ScriptLine } from "./scripted-chat-model.ts";
export {
  type Fault,
  type ProviderRequest,
  type ProviderServer,
  type ProviderServerOptions,
  startProviderServer,
} from "./start-provider-server.ts";
