/** The scorers: each says null where a case expects nothing of its kind. */
export { citations } from "./citations.ts";
export { approval } from "./approval.ts";
export { answer, contains } from "./contains.ts";
export { exact } from "./exact.ts";
export { groundedness } from "./groundedness.ts";
export { jsonSchema } from "./json-schema.ts";
export { judge, type JudgeOptions } from "./judge.ts";
export { cost, latency, modelCalls, tokens, toolCalls } from "./measures.ts";
export { numeric } from "./numeric.ts";
export { refusal } from "./refusal.ts";
export { hit, ndcg, precision, recall, reciprocalRank } from "./retrieval.ts";
export { route } from "./route.ts";
export { injection, leak } from "./safety.ts";
export { trajectory } from "./trajectory.ts";
