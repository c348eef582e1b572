/** Models by role, the embedded model, and the marks around foreign text. */
export { EmbeddedChatModel } from "./embedded/embedded-chat-model.ts";
export { classifyText } from "./embedded/classify-text.ts";
export { leansOnEarlier } from "./embedded/leans-on-earlier.ts";
export { notInDocuments } from "./embedded/quote-answer.ts";
export { splitUnits } from "./embedded/split-units.ts";
export { readStems } from "./embedded/words.ts";
export { FallbackChatModel } from "./fallback-chat-model.ts";
export { type MarkedText, markText, readMarkedText } from "./marked-text.ts";
export { describeModels, isEmbedded, openEmbeddings, selectEmbeddings, selectModel } from "./select-model.ts";
