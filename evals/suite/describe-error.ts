import { isTroupeError } from "../../errors.ts";
import type { Observation } from "./observation.ts";
import { placeInStack } from "./place-in-stack.ts";

/** What results keep of something thrown. */
export function describeError(error: unknown): NonNullable<Observation["error"]> {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, stack } = error;
  // LangGraph ends its messages with a link, two lines below.
  const message = error.message.replace(/\n+Troubleshooting URL: \S+\s*$/, "");
  const place = placeInStack(stack);
  return {
    name,
    message,
    ...(isTroupeError(error) ? { code: error.code, hint: error.hint } : place && { place }),
    ...(stack && { stack }),
  };
}
