export { type ResolvedQuestion, resolveFollowUp } from "./resolve-follow-up.ts";
