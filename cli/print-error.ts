import { inspect, styleText } from "node:util";
import { isTroupeError } from "../errors.ts";
import { spellOut } from "../evals/report/spell-out.ts";

/** Prints an error as `error:` and `hint:` on stderr; with `verbose`, its causes and stacks too. */
export function printError(error: unknown, { verbose }: { verbose: boolean }): void {
  const message = spellOut(error instanceof Error ? error.message : String(error));
  const hint = isTroupeError(error)
    ? error.hint
    : "Run it again with --verbose, and report it if it is Troupe's fault.";
  console.error(`${styleText("red", "error:", { stream: process.stderr })} ${message}`);
  console.error(`${styleText("cyan", "hint:", { stream: process.stderr })} ${spellOut(hint)}`);
  if (verbose) console.error(spellOut(inspect(error)));
}
