/** A block of a text: a heading, a paragraph, a list or code in parts, a table's rows. */
export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph"; text: string }
  | { kind: "item" | "code"; parts: string[] }
  | { kind: "row"; rows: { text: string; own: string; header: string }[] };

/** Reads a text into its blocks, clean of Markdown's marks; plain text, as PDFs give it, is Markdown without marks. */
export function readBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  for (let at = 0; at < lines.length;) {
    const run = (belongs: (line: string) => boolean) => {
      const start = at;
      while (at < lines.length && belongs(lines[at] ?? "")) at += 1;
      return lines.slice(start, at);
    };
    const line = lines[at] ?? "";
    const heading = headingForm.exec(line);
    const fence = fenceForm.exec(line)?.[1];
    if (fence) {
      at += 1;
      const code = run((inside) => !inside.trim().startsWith(fence));
      at += 1;
      if (code.length) blocks.push({ kind: "code", parts: [code.join("\n").trim()] });
    } else if (heading) {
      at += 1;
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, text: clean(heading[2] ?? "") });
    } else if (isTableRow(line)) {
      blocks.push({ kind: "row", rows: readTable(run(isTableRow)) });
    } else if (listMark.test(line)) {
      const parts = readList(run((inside) => listMark.test(inside) || (/^\s+\S/.test(inside) && !isTableRow(inside))));
      const before = blocks.at(-1);
      // Items with empty lines between them are one list.
      if (before?.kind === "item") before.parts.push(...parts);
      else blocks.push({ kind: "item", parts });
    } else if (!line.trim() || ruleForm.test(line)) {
      at += 1;
    } else {
      const paragraph = run((inside) => Boolean(inside.trim()) && !startsBlock(inside));
      const below = lines.slice(at).find((later) => later.trim());
      const isPath = !blocks.length && below !== undefined && pathForm.test(line);
      if (isPath || isTitle(paragraph, below, lines[at])) {
        blocks.push({ kind: "heading", level: 1, text: clean(paragraph.shift() ?? "") });
      }
      const words = paragraph
        .filter((part) => !ruleForm.test(part))
        .map((part) => part.replace(/^\s*>\s?/, "").trim())
        .join(" ");
      if (words) blocks.push({ kind: "paragraph", text: clean(words) });
    }
  }
  return blocks;
}

const listMark = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/;
const headingForm = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/;
const fenceForm = /^\s*(```+|~~~+)/;
const ruleForm = /^\s*(?:[-=*_]\s*){3,}$/;
const titleForm = /^\s*(?:\d+(?:\.\d+)*\.?\s+)?\p{Lu}[^\d:;|@.!?]*$/u;
/** A passage may begin with the path of its headings. */
const pathForm = /^\S[^.!?]* > \S.*[^.,:;!?]$/;
const endsOpen = /\b(?:a|an|and|are|as|at|be|by|for|from|in|is|of|on|or|that|the|to|was|with)$/i;

/**
 * Whether the first line of a paragraph is a heading: it is underlined, or stands right above a marked heading, or, as
 * PDFs have them, is short and without an end or a fact, above text.
 */
function isTitle([first = "", second]: string[], below: string | undefined, next = ""): boolean {
  if (ruleForm.test(second ?? "") || (second === undefined && headingForm.test(next))) return true;
  if (first.length > 60 || !titleForm.test(first) || endsOpen.test(first.trim())) return false;
  if (second === undefined) return below !== undefined;
  return first.length < 0.8 * second.length && /^\s*(?:\p{Lu}|\d)/u.test(second);
}

const startsBlock = (line: string) =>
  listMark.test(line) || headingForm.test(line) || fenceForm.test(line) || isTableRow(line);

const isTableRow = (line: string) => /^\s*\|.*\|\s*$|\S \| \S/.test(line);

function readList(lines: string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (listMark.test(line) || !items.length) items.push(line.replace(listMark, ""));
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  return items.map(clean);
}

function readTable(lines: string[]): { text: string; own: string; header: string }[] {
  const rows = lines.map((line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => clean(cell.trim())),
  );
  const isRule = (row: string[] | undefined) => row?.every((cell) => /^:?-+:?$/.test(cell)) ?? false;
  const isNumber = (cell: string | undefined) => /^[-+($€£~<>]*\d/.test(cell ?? "");
  const [first = [], second] = rows;
  // Without a rule under it, a first row is a header only when it names columns that hold numbers below.
  const named = !first.some(isNumber) && rows.some((row) => row.slice(1).some(isNumber));
  const header = isRule(second) || named ? first : [];
  const body = rows.slice(header.length ? 1 : 0).filter((row) => !isRule(row));
  return body.map((row) => ({
    text: row
      .map((cell, at) => (header[at] && cell ? `${header[at]}: ${cell}` : cell))
      .filter(Boolean)
      .join("; "),
    own: row.join(" "),
    header: header.join(" "),
  }));
}

/** The tags that Markdown files use; others, such as `<thinking>`, are words. */
const htmlTag =
  /<!--.*?-->|<\/?(?:a|b|br|code|details|div|em|h[1-6]|hr|i|img|kbd|li|ol|p|pre|small|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul)\b[^>]*>/gi;

/** Takes Markdown's marks off, keeping what is read: the text of a link, the words of an emphasis. */
function clean(text: string): string {
  return text
    .replace(htmlTag, "")
    .replace(/!?\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)/g, "$1")
    .replace(/\[([^\]]+)\]\[[^\]]*\]/g, "$1")
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\w*])([*_])(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![\w*])/g, "$2")
    .replace(/\s+/g, " ")
    .trim();
}
