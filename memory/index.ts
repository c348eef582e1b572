export { type ResolvedQuestion, resolveFollowUp } from "./resolve-follow-up.ts";
export { selectWindow } from "./select-window.ts";
