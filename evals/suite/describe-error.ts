import { isTroupeError } from "../../errors.ts";
import type { Observation } from "./observation.ts";

/** What results keep of something thrown. */
export function describeError(error: unknown): NonNullable<Observation["error"]> {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return {
    name,
    message,
    ...(isTroupeError(error) && { code: error.code, hint: error.hint }),
    ...(stack && { stack }),
  };
}
