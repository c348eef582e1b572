import { Parser } from "htmlparser2";
import type { Block, Line } from "./block.ts";
import { readLines } from "./read-lines.ts";

const skipped = new Set(["script", "style", "noscript", "template", "svg", "nav", "iframe", "select"]);
const inline = new Set(
  `a abbr b bdi bdo cite code data del dfn em font i img input ins kbd label mark q s samp small span strong sub sup td th
  time tt u var wbr`.split(/\s+/),
);
const tight = new Set(["li", "tr", "dt", "dd", "br"]);

/** Reads HTML: its visible text by block elements, under the page's title and its headings, with the lines of the source. */
export async function* readHtml(path: string): AsyncGenerator<Block, void> {
  const headings: string[] = [];
  const ready: Block[] = [];
  let lines: Line[] = [];
  let number = 1;
  let hidden = 0;
  let preformatted = 0;
  let gap: Block["gap"] = "\n\n";

  function add(text: string): void {
    const last = lines.at(-1);
    if (last?.end === number) last.text += text;
    else lines.push({ text, start: number, end: number });
  }

  function flush(level?: number): void {
    const tidy = preformatted ? lines : lines.map((line) => ({ ...line, text: line.text.replace(/\s+/g, " ").trim() }));
    const filled = tidy.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
    lines = [];
    const last = filled.at(-1);
    if (!last) return;
    last.text = last.text.replace(/[\s|]+$/, "");
    if (level !== undefined) {
      const title = filled.map(({ text }) => text).join(" ");
      headings.length = Math.min(headings.length, level);
      headings[level] = title;
      // The page's title is not on the page.
      if (level === 0) return;
    }
    ready.push({
      lines: filled,
      joint: preformatted ? "\n" : " ",
      gap,
      // A page's title and its first heading are mostly the same words.
      heading_path: headings.filter((heading, index) => heading && heading !== headings[index + 1]),
      heading: level !== undefined,
      whole: preformatted > 0,
    });
    gap = "\n\n";
  }

  const parser = new Parser({
    onopentagname(tag) {
      if (skipped.has(tag)) hidden += 1;
      if (hidden || inline.has(tag)) return;
      flush();
      if (tight.has(tag)) gap = "\n";
      if (tag === "li") add("- ");
      if (tag === "pre") preformatted += 1;
    },
    ontext(text) {
      if (!hidden && (text.trim() || lines.length > 0)) add(preformatted ? text.replace(/\r?\n$/, "") : text);
    },
    onclosetag(tag) {
      if (skipped.has(tag)) hidden = Math.max(0, hidden - 1);
      if (hidden) return;
      if (tag === "td" || tag === "th") add(" | ");
      if (inline.has(tag)) return;
      flush(levelOf(tag));
      if (tag === "pre") preformatted = Math.max(0, preformatted - 1);
    },
  });

  // Given one line at a time, the parser has told all that stands on it before the next: no positions to convert.
  for await (const line of readLines(path)) {
    number = line.start;
    parser.write(`${line.text}\n`);
    yield* ready.splice(0);
  }
  parser.end();
  flush();
  yield* ready;
}

/** The level of a heading; the page's title stands above all. */
function levelOf(tag: string): number | undefined {
  if (tag === "title") return 0;
  return /^h[1-6]$/.test(tag) ? Number(tag[1]) : undefined;
}
