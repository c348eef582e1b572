import { Validator } from "@cfworker/json-schema";
import { z } from "zod";
import { configurable } from "./configurable.ts";

type Schema = Record<string, unknown> | z.core.$ZodType;

/**
 * Whether the answer, where it is JSON, or else the output fits a schema: `expected.schema` (JSON Schema), or the option's, which may be
 * any Standard Schema, such as zod's.
 */
export const jsonSchema = configurable<{ schema: Schema }>(({ schema }) => ({
  name: "jsonSchema",
  kind: "rule",
  async score({ output, text, expected }) {
    const wanted = (expected.schema as Schema | undefined) ?? schema;
    if (!wanted) return { score: null };
    const comment = await check(parse(text) ?? output, wanted);
    // An answer of `5` may be meant as a text.
    if (comment === undefined || (text && (await check(text, wanted)) === undefined)) return { score: 1 };
    return { score: 0, comment };
  },
}));

/** How a value does not fit a schema; undefined where it does. */
async function check(value: unknown, schema: Schema): Promise<string | undefined> {
  if ("~standard" in schema) {
    const { issues } = await (schema as z.core.$ZodType)["~standard"].validate(value);
    return issues && z.prettifyError({ issues });
  }
  // zod's own reading of JSON Schema, in 4.6.7, holds to no `required` of a property that is not described.
  const { valid, errors } = new Validator(schema, "2020-12", false).validate(value);
  return valid ? undefined : errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`).join("\n");
}

/** JSON, as it is or in a fence; undefined for any other text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\s*```(?:json)?\n([\s\S]*)\n```\s*$/, "$1"));
  } catch {
    return undefined;
  }
}
