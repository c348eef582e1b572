import { readBlocks } from "./read-blocks.ts";
import { isJson, readRecords } from "./read-records.ts";
import { splitSentences } from "./split-sentences.ts";

/** A piece of a passage that can be quoted by itself, with what a reader must know to understand it. */
export interface Unit {
  /** What is quoted: clean of Markdown's marks. */
  text: string;
  /** The part of the text that is its own: a table row's cells without the names of their columns. */
  own: string;
  /** The headings above it, the line that introduces its list, table or code, and the names of a table's columns. */
  context: string;
  kind: "sentence" | "item" | "row" | "code" | "group";
}

/**
 * Divides Markdown, plain text or JSON into what can be quoted: sentences, list items, table rows written as "header: value",
 * records, code; and a list, table or code block as a whole with the line that introduces it (`group`).
 */
export function splitUnits(text: string, heading = ""): Unit[] {
  if (isJson(text))
    return readRecords(text).map((record) => ({ text: record, own: record, context: heading, kind: "row" }));
  const headings: string[] = [];
  const units: Unit[] = [];
  let introduction = "";
  for (const block of readBlocks(text)) {
    const context = join(heading, ...headings);
    if (block.kind === "heading") {
      headings.length = Math.min(headings.length, block.level - 1);
      headings.push(block.text);
    } else if (block.kind === "paragraph") {
      for (const sentence of splitSentences(block.text)) {
        units.push({ text: sentence, own: sentence, context, kind: "sentence" });
      }
    } else if (block.kind === "row") {
      for (const { header, ...row } of block.rows) {
        units.push({ ...row, context: join(context, introduction, header), kind: "row" });
      }
    } else {
      // What introduces a list answers only with the list.
      if (introduction) units.pop();
      for (const part of block.parts) {
        units.push({ text: part, own: part, context: join(context, introduction), kind: block.kind });
      }
      const group = writeGroup(introduction, block.kind, block.parts);
      // A list is what the heading over it is about.
      const own = `${context.split(" > ").at(-1)} ${group}`;
      if (own.length <= longestGroup)
        units.push({ text: group, own, context, kind: block.kind === "code" ? "code" : "group" });
    }
    const last = block.kind === "paragraph" ? units.at(-1)?.text : undefined;
    introduction = last && introducing.test(last) ? last : "";
  }
  return units.filter((unit) => /[\p{L}\p{N}]/u.test(unit.text));
}

/** "Bring with you:", or a line that ends like no sentence does, as over the changes of a release. */
const introducing = /(?:[^.!?…"”)\]]|:)$/;

/** In characters: a longer list is quoted by its items only. */
const longestGroup = 900;

const writeGroup = (introduction: string, kind: "item" | "code", parts: string[]) =>
  [introduction, ...parts.map((part) => (kind === "item" ? `- ${part}` : part))].filter(Boolean).join("\n");

const join = (...parts: string[]) => parts.filter(Boolean).join(" > ");
