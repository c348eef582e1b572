import { createReadStream } from "node:fs";
import { TroupeError } from "../errors.ts";
import type { Line } from "./block.ts";

/** A line longer than this comes in parts, so that a file without line breaks is never held whole. */
const longest = 16_384;

/**
 * The lines of a text file, numbered from 1, without holding the file in memory.
 * Takes UTF-8, and UTF-16 with a byte order mark. Throws `source_unreadable` for what is no text.
 */
export async function* readLines(path: string): AsyncGenerator<Line, void> {
  let decoder: TextDecoder | undefined;
  let rest = "";
  let number = 1;
  for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) {
    decoder ??= new TextDecoder(encodingOf(bytes));
    const text = decoder.decode(bytes, { stream: true });
    if (text.includes("\0")) throw notText(path);
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield* parts(line, number++);
    while (rest.length > longest) {
      const cut = cutAt(rest);
      yield lineOf(rest.slice(0, cut), number);
      rest = rest.slice(cut);
    }
  }
  rest += decoder?.decode() ?? "";
  if (rest) yield* parts(rest, number);
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
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
  const sentence = /.*[.!?]["')\]]*\s/s.exec(fitting)?.[0].length ?? 0;
  if (sentence > longest / 2) return sentence;
  const space = fitting.lastIndexOf(" ");
  return space > longest / 2 ? space : longest;
}

const notText = (path: string) =>
  new TroupeError("source_unreadable", `The file "${path}" is not text, whatever its name says.`, {
    hint: "Save it as text in UTF-8, or give it the extension of what it is.",
  });
