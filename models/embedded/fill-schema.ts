import { TroupeError } from "../../errors.ts";
import { classifyText, type Label } from "./classify-text.ts";
import { findExpression, findNumbers, findQuoted } from "./find-values.ts";
import { readStems } from "./words.ts";

/** The part of JSON Schema that the embedded model can fill. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  maximum?: number;
}

/** Where values come from. */
export interface Source {
  /** What the user said. */
  text: string;
  /** Where labels may be described further, one a line: `name: description`. */
  instructions: string;
  /** Whether a field that is the only required text may hold the whole of `text`, as the query of a search does. */
  wholeText: boolean;
}

/**
 * Fills an object schema from a text as far as that needs no language model: labels by similarity, numbers, quoted
 * strings and expressions by their form, a `question`, `query` or `text` with the text itself. Optional fields that cannot be filled are
 * left out; a required one throws `model_needed`.
 */
export function fillSchema(schema: JsonSchema, source: Source): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  const fields = Object.entries(schema.properties ?? {});
  const taken = { numbers: findNumbers(source.text), quoted: findQuoted(source.text) };
  let labelled: Labelled | undefined;
  for (const [name, field] of fields) {
    const labels = readLabels(field, source.instructions);
    if (!labels) continue;
    labelled = chooseLabels(source.text, labels);
    if (labelled) filled[name] = field.type === "array" ? labelled.names : labelled.names[0];
  }
  const texts = fields.filter(
    ([name, field]) => field.type === "string" && !(name in filled) && schema.required?.includes(name),
  );
  for (const [name, field] of fields) {
    if (name in filled || readLabels(field, "")) continue;
    const value = fillField(name, field, source, taken, labelled, source.wholeText && texts.length === 1);
    if (value !== undefined) filled[name] = value;
  }
  for (const name of schema.required ?? []) if (!(name in filled)) throw cannotFill(name);
  return filled;
}

interface Labelled {
  names: string[];
  /** How far the best is ahead of the next, 0 to 1. */
  lead: number;
  shared: string[];
}

/** How near a label must be to the best to be chosen with it, where several may be. */
const nearBest = 0.6;

function chooseLabels(text: string, labels: Label[]): Labelled | undefined {
  const ranked = classifyText(text, labels);
  const [best, next] = ranked;
  if (!best?.score) return undefined;
  const names = ranked.filter(({ score }) => score >= best.score * nearBest).map(({ name }) => name);
  return { names, lead: 1 - (next?.score ?? 0) / best.score, shared: best.shared };
}

/** The labels of an enum or a union of literals, or of a list of them; undefined for any other field. */
function readLabels(field: JsonSchema, instructions: string): Label[] | undefined {
  const options = field.items && field.type === "array" ? field.items : field;
  const members = options.anyOf ?? options.oneOf;
  const constants = members?.filter((member) => typeof member.const === "string");
  const names =
    options.enum?.filter((value) => typeof value === "string") ?? constants?.map((member) => member.const as string);
  if (!names?.length || (members && constants?.length !== members.length)) return undefined;
  const described = [field.description, options.description, instructions].join("\n");
  return names.map((name) => {
    const own = constants?.find((member) => member.const === name)?.description ?? "";
    return { name, description: `${own}\n${describedAs(name, names, described)}` };
  });
}

/** What a prompt says of a label: the text behind `name:`, up to the line or clause of the next label. */
function describedAs(name: string, names: string[], text: string): string {
  const escaped = names.map((one) => one.replace(/[^\w\s]/g, "\\$&"));
  const starts = new RegExp(`(?:^|[\\n;.,])[\\s*\`"'#-]*(${escaped.join("|")})[\`"'*]*\\s*(?::|=|–|—|-|\\()`, "gi");
  const found = [...text.matchAll(starts)];
  return found
    .map((match, at) => ({
      label: match[1]?.toLowerCase(),
      text: text.slice(match.index + match[0].length, found[at + 1]?.index),
    }))
    .filter(({ label }) => label === name.toLowerCase())
    .map((part) => part.text.split(/\n\s*\n/)[0])
    .join("\n");
}

function fillField(
  name: string,
  field: JsonSchema,
  source: Source,
  taken: { numbers: number[]; quoted: string[] },
  labelled: Labelled | undefined,
  onlyText: boolean,
): unknown {
  const words = new Set(readStems(`${name.replaceAll("_", " ")} ${field.description ?? ""}`));
  const isAbout = (...topics: string[]) => topics.some((topic) => readStems(topic).some((stem) => words.has(stem)));
  if (field.const !== undefined) return field.const;
  if (field.type === "number" || field.type === "integer") {
    if (labelled && isAbout("confidence", "certainty", "probability", "sure"))
      return Math.round(labelled.lead * 100) / 100;
    return take(taken.numbers, (number) => field.type === "number" || Number.isInteger(number)) ?? field.default;
  }
  if (field.type === "string") {
    if (labelled && isAbout("reason", "rationale", "explanation"))
      return `nearest in its words: ${labelled.shared.join(", ")}`;
    if (isAbout("expression", "formula", "arithmetic")) return findExpression(source.text) ?? field.default;
    const own = onlyText || /^(?:question|query|text)$/.test(name) ? source.text : undefined;
    return take(taken.quoted) ?? field.default ?? own;
  }
  if (field.type === "object") return fillSchema(field, source);
  if (field.type === "array" && field.items?.type === "string" && taken.quoted.length) return taken.quoted.splice(0);
  if (field.type === "array" && field.items?.type === "number" && taken.numbers.length) return taken.numbers.splice(0);
  return field.default;
}

function take<Value>(values: Value[], fits: (value: Value) => boolean = () => true): Value | undefined {
  const at = values.findIndex(fits);
  return at < 0 ? undefined : values.splice(at, 1)[0];
}

const cannotFill = (field: string) =>
  new TroupeError("model_needed", `The embedded model cannot tell the field "${field}" from the text.`, {
    hint: "Set OPENAI_API_KEY or ANTHROPIC_API_KEY, or MODEL_FAST=provider:model; or make the field optional.",
  });
