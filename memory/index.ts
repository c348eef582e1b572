/** The entry point `troupe/memory`: what is kept between turns. */
export { type ResolvedQuestion, resolveFollowUp } from "./resolve-follow-up.ts";
