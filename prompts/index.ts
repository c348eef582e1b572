/** The entry point `troupe/prompts`: what models are asked, and the shape of their answers. */
export { answerPrompt } from "./answer.ts";
export { expressionPrompt } from "./expression.ts";
export { rewritePrompt } from "./rewrite.ts";
export { type Choice, routePrompt } from "./route.ts";
