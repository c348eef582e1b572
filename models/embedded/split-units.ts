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
 * Divides Markdown or plain text into what can be quoted: sentences, list items, table rows written as "header: value",
 * code; and a list, table or code block as a whole with the line that introduces it (`group`).
 */
export function splitUnits(text: string, heading = ""): Unit[] {
  const headings: string[] = [];
  const units: Unit[] = [];
  let introduction = "";
  for (const block of readBlocks(text)) {
    if (block.kind === "heading") {
      headings.length = Math.min(headings.length, block.level - 1);
      headings.push(block.text);
      introduction = "";
      continue;
    }
    const context = [heading, ...headings].filter(Boolean).join(" > ");
    if (block.kind === "paragraph") {
      const sentences = splitSentences(block.text);
      units.push(
        ...sentences.map((sentence) => ({ text: sentence, own: sentence, context, kind: "sentence" as const })),
      );
      const last = sentences.at(-1) ?? "";
      introduction = last.endsWith(":") ? last : "";
      continue;
    }
    const lead = [context, introduction].filter(Boolean).join(" > ");
    if (block.kind === "row") {
      units.push(
        ...block.rows.map(({ text: row, own, header }) => ({
          text: row,
          own,
          context: `${lead} ${header}`,
          kind: "row" as const,
        })),
      );
      introduction = "";
      continue;
    }
    const parts = block.parts.map((part) => ({ text: part, own: part, context: lead, kind: block.kind }));
    units.push(...parts);
    if (introduction || context) {
      // The group stands for its introduction, which by itself answers nothing.
      if (introduction) units.splice(units.length - parts.length - 1, 1);
      const whole = [introduction, ...block.parts.map((part) => (block.kind === "item" ? `- ${part}` : part))].filter(
        Boolean,
      );
      const group = whole.join("\n");
      units.push({ text: group, own: group, context, kind: "group" });
    }
    introduction = "";
  }
  return units.filter(({ text: content }) => /[\p{L}\p{N}]/u.test(content));
}

type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph"; text: string }
  | { kind: "item" | "code"; parts: string[] }
  | { kind: "row"; rows: { text: string; own: string; header: string }[] };

const listMark = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/;

function readBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    const run = (belongs: (line: string) => boolean) => {
      const start = at;
      while (at < lines.length && belongs(lines[at] ?? "")) at += 1;
      return lines.slice(start, at);
    };
    const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const fence = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (!line.trim()) at += 1;
    else if (fence) {
      at += 1;
      const code = run((inside) => !inside.trim().startsWith(fence));
      at += 1;
      if (code.length) blocks.push({ kind: "code", parts: [code.join("\n").trim()] });
    } else if (heading) {
      at += 1;
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, text: clean(heading[2] ?? "") });
    } else if (/^\s*(?:[-=*_]\s*){3,}$/.test(line)) at += 1;
    else if (isTableRow(line)) blocks.push({ kind: "row", rows: readTable(run(isTableRow)) });
    else if (listMark.test(line)) {
      const listLines = run((inside) => listMark.test(inside) || (/^\s+\S/.test(inside) && !isTableRow(inside)));
      blocks.push({ kind: "item", parts: readList(listLines) });
    } else {
      const paragraph = run((inside) => Boolean(inside.trim()) && !startsBlock(inside));
      if (
        isTitle(
          paragraph,
          lines.slice(at).some((below) => below.trim()),
        )
      )
        blocks.push({ kind: "heading", level: 1, text: clean(paragraph.shift() ?? "") });
      if (paragraph.length)
        blocks.push({
          kind: "paragraph",
          text: clean(paragraph.map((part) => part.replace(/^\s*>\s?/, "").trim()).join(" ")),
        });
    }
  }
  return joinLists(blocks);
}

const titleForm = /^\s*(?:\d+(?:\.\d+)*\.?\s+)?\p{Lu}[^\d:;|@.!?]*$/u;
const endsOpen = /\b(?:a|an|and|are|as|at|be|by|for|from|in|is|of|on|or|that|the|to|was|with)$/i;

/** Whether a first line without marks, as PDFs have them, is a heading: short, without an end or a fact, above text. */
function isTitle([first = "", second]: string[], followed: boolean): boolean {
  if (first.length > 60 || !titleForm.test(first) || endsOpen.test(first.trim())) return false;
  return second === undefined ? followed : first.length < 0.8 * second.length && /^\s*(?:\p{Lu}|\d)/u.test(second);
}

const startsBlock = (line: string) =>
  listMark.test(line) || /^\s{0,3}#{1,6}\s/.test(line) || /^\s*(```|~~~)/.test(line) || isTableRow(line);

const isTableRow = (line: string) => /^\s*\|.*\|\s*$|\S \| \S/.test(line);

/** Items with empty lines between them are one list. */
function joinLists(blocks: Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const before = joined.at(-1);
    if (block.kind === "item" && before?.kind === "item") before.parts.push(...block.parts);
    else joined.push(block);
  }
  return joined;
}

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

/** Takes Markdown's marks off, keeping what is read: the text of a link, the words of an emphasis. */
function clean(text: string): string {
  return text
    .replace(/<[/a-z!][^>]*>/gi, "")
    .replace(/!?\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)/g, "$1")
    .replace(/\[([^\]]+)\]\[[^\]]*\]/g, "$1")
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\w*])([*_])(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![\w*])/g, "$2")
    .replace(/\s+/g, " ")
    .trim();
}

const abbreviation =
  /(?:^|[\s(])(?:\p{L}|(?:\p{L}\.)+\p{L}|etc|cf|vs|approx|ca|nos|fig|eq|sec|ch|vol|pp|dr|mr|mrs|ms|prof|inc|ltd|corp|dept|est|min|max|tel|ext|al|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$/iu;

/** Sentences end at ".", "!" or "?" before white space, but not behind an abbreviation, an initial or "No. 5". */
export function splitSentences(text: string): string[] {
  const parts: string[] = [];
  for (const piece of text.split(/(?<=[.!?…]["'”’)\]]*)\s+/u)) {
    const before = parts.at(-1);
    const goesOn =
      before !== undefined && (abbreviation.test(before) || (/\bno\.$/i.test(before) && /^\d/.test(piece)));
    if (goesOn) parts.push(`${parts.pop()} ${piece}`);
    else parts.push(piece);
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}
