import type { Line } from "./block.ts";
import { decodeText, detectEncoding } from "./decode-text.ts";

/** A line longer than this comes in parts, so that a file without line breaks is never held whole. */
const longest = 16_384;

/**
 * The lines of a text file, numbered from 1, without holding the file in memory.
 * Throws `source_unreadable` for what is no text.
 */
export async function* readLines(path: string): AsyncGenerator<Line, void> {
  let rest = "";
  let number = 1;
  for await (const text of decodeText(path, await detectEncoding(path))) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield* parts(line, number++);
    while (rest.length > longest) {
      const cut = cutAt(rest);
      yield lineOf(rest.slice(0, cut), number);
      rest = rest.slice(cut);
    }
  }
  if (rest) yield* parts(rest, number);
}

function* parts(line: string, number: number): Generator<Line, void> {
  let rest = line.endsWith("\r") ? line.slice(0, -1) : line;
  while (rest.length > longest) {
    const cut = cutAt(rest);
    yield lineOf(rest.slice(0, cut), number);
    rest = rest.slice(cut);
  }
  yield lineOf(rest, number);
}

const lineOf = (text: string, number: number): Line => ({ text, start: number, end: number });

/** Behind the last sentence that fits, else the last word. */
function cutAt(text: string): number {
  const fitting = text.slice(0, longest);
  const sentence = /^.*[.!?]["')\]]*\s/s.exec(fitting)?.[0].length ?? 0;
  if (sentence > longest / 2) return sentence;
  const space = fitting.lastIndexOf(" ");
  return space > longest / 2 ? space : longest;
}
