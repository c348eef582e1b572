import type { Block, Line } from "./block.ts";
import { readLines } from "./read-lines.ts";

const fencePattern = /^ {0,3}(`{3,}|~{3,})/;
const headingPattern = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const underlinePattern = /^ {0,3}(=+|-+)[ \t]*$/;
const tablePattern = /^\s*\|.*\|\s*$/;

type Kind = "text" | "table" | "fence" | "front matter";

/** Reads Markdown: headings, paragraphs, code fences and tables, with the headings that each stands under. */
export async function* readMarkdown(path: string): AsyncGenerator<Block, void> {
  const headings: string[] = [];
  let lines: Line[] = [];
  let kind: Kind = "text";
  let fence = "";

  function* flush(): Generator<Block, void> {
    if (lines.some(({ text }) => text.trim())) {
      yield { lines, joint: "\n", gap: "\n\n", heading_path: headings.filter(Boolean), whole: kind !== "text" };
    }
    lines = [];
    kind = "text";
  }

  function heading(level: number, title: string, from: Line[]): Block {
    headings.length = Math.min(headings.length, level - 1);
    headings[level - 1] = plain(title);
    return { lines: from, joint: "\n", gap: "\n\n", heading_path: headings.filter(Boolean), heading: true };
  }

  for await (const line of readLines(path)) {
    const { text } = line;
    if (kind === "fence" || kind === "front matter") {
      lines.push(line);
      if (isClosing(text, fence)) yield* flush();
      continue;
    }
    if (line.start === 1 && text.trim() === "---") {
      [kind, fence, lines] = ["front matter", "---", [line]];
      continue;
    }
    const opening = fencePattern.exec(text)?.[1];
    if (opening) {
      yield* flush();
      [kind, fence, lines] = ["fence", opening, [line]];
      continue;
    }
    const title = headingPattern.exec(text);
    if (title) {
      yield* flush();
      yield heading(title[1]!.length, title[2] ?? "", [line]);
      continue;
    }
    const underline = underlinePattern.exec(text)?.[1];
    if (underline && kind === "text" && lines.length === 1) {
      const above = lines;
      lines = [];
      yield heading(underline.startsWith("=") ? 1 : 2, above[0]!.text, [...above, line]);
      continue;
    }
    const isTable = tablePattern.test(text);
    if (!text.trim() || isTable !== (kind === "table")) yield* flush();
    if (isTable) kind = "table";
    if (text.trim()) lines.push(line);
  }
  yield* flush();
}

function isClosing(text: string, fence: string): boolean {
  const line = text.trim();
  return line.length >= fence.length && line === fence[0]!.repeat(line.length);
}

/** A heading as people read it, without the marks of links, code and emphasis. */
const plain = (title: string) =>
  title
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]|<[^>]*>/g, "")
    .trim();
