/** The test kit: scripted models, calls that are intercepted, recorded and played, and a provider on loopback that fails as it is told. */
export { type Cassette, type CassetteOptions, openCassette, recordCassette, withCassette } from "./cassette.ts";
export { readCassette, writeCassette } from "./cassette-file.ts";
export { collect } from "./collect.ts";
export { forbidModelCalls } from "./forbid-model-calls.ts";
export { type CallAnswer, type CallInterceptor, interceptCalls, type PendingCall } from "./intercept-calls.ts";
export type { ModelReply, ReplyParts } from "./model-reply.ts";
export { ScriptedChatModel, type ScriptedCall, type ScriptLine, type TroubledReply } from "./scripted-chat-model.ts";
export { ScriptedEmbeddings, type ScriptedEmbeddingsOptions } from "./scripted-embeddings.ts";
export { startTestServer, type TestServer, type TestServerOptions } from "./start-test-server.ts";
export {
  type Fault,
  type ProviderRequest,
  type ProviderServer,
  type ProviderServerOptions,
  startProviderServer,
} from "./start-provider-server.ts";
