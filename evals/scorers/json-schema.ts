import { Validator } from "@cfworker/json-schema";
import { z } from "zod";
import { configurable } from "./configurable.ts";

/** Whether the output, or an answer that is JSON, fits a schema: `expected.schema` (JSON Schema), or the option's, JSON Schema or zod. */
export const jsonSchema = configurable<{ schema: z.ZodType | Record<string, unknown> }>(({ schema }) => ({
  name: "jsonSchema",
  kind: "rule",
  score({ output, expected }) {
    const wanted = expected.schema ?? schema;
    if (!wanted) return { score: null };
    const value = typeof output === "string" ? parse(output) : output;
    if (wanted instanceof z.ZodType) {
      const { success, error } = wanted.safeParse(value);
      return success ? { score: 1 } : { score: 0, comment: z.prettifyError(error) };
    }
    // zod's own reading of JSON Schema, in 4.6.7, holds to no `required` of a property that is not described.
    const { valid, errors } = new Validator(wanted, "2020-12", false).validate(value);
    if (valid) return { score: 1 };
    return {
      score: 0,
      comment: errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`).join("\n"),
    };
  },
}));

/** A text may be what the schema asks for. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
