import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import type { ScorerInput } from "./scorer.ts";

/** One name or several. */
export const Names = z.union([z.string().transform((name) => [name]), z.array(z.string())], {
  error: "write a name, or a list of names",
});

/** What a case expects under a name, undefined where nothing. Throws `case_invalid` with the place of the case where it does not fit. */
export function readExpected<Expected>(
  { case: { place }, expected }: ScorerInput,
  name: string,
  schema: z.ZodType<Expected>,
): Expected | undefined {
  if (expected[name] === undefined) return undefined;
  const { data, error } = schema.safeParse(expected[name]);
  if (!error) return data;
  const message = `${place}: "expected.${name}" does not fit: ${z.prettifyError(error).replaceAll("\n", " ")}`;
  throw new TroupeError("case_invalid", message, {
    hint: 'See "Scorers" in docs/evals.md for what each of them reads.',
  });
}
