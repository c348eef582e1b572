import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { TroupeError } from "../errors.ts";
import type { Block } from "./block.ts";
import { decodeText, detectEncoding } from "./decode-text.ts";

/**
 * Reads CSV by its rows. Each is written with the header's names ("model: X200 | price: 129"), so that a row
 * found alone still says what its values are. Fields are parted by comma, semicolon or tab.
 */
export async function* readCsv(path: string): AsyncGenerator<Block, void> {
  const encoding = await detectEncoding(path);
  const parser = parse({
    delimiter: await delimiterOf(path, encoding),
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  });
  // The parser is what is read below: it throws what the file throws.
  pipeline(Readable.from(decodeText(path, encoding)), parser, () => {});
  let header: string[] | undefined;
  let start = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const text = header ? labelled(header, record) : record.join(" | ");
      if (text) yield { lines: [{ text, start, end: info.lines }], joint: "\n", gap: "\n", heading_path: [] };
      header ??= record;
      start = info.lines + 1;
    }
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && String(cause.code).startsWith("CSV_"))) throw cause;
    throw new TroupeError("source_unreadable", `The file "${path}" is no proper CSV: ${cause.message}.`, {
      hint: "Close its quotes, or save it again as CSV from the program that made it.",
      cause,
    });
  }
}

/** The separator that stands most in the first line of the file. */
async function delimiterOf(path: string, encoding: string): Promise<string> {
  let first = "";
  for await (const text of decodeText(path, encoding)) {
    first += text;
    if (first.length > 8_192 || first.includes("\n")) break;
  }
  const line = first.split("\n", 1)[0]!;
  const count = (separator: string) => line.split(separator).length;
  return [",", ";", "\t"].reduce((best, next) => (count(next) > count(best) ? next : best));
}

function labelled(header: string[], record: string[]): string {
  return record
    .map((value, column) => (value && header[column] ? `${header[column]}: ${value}` : value))
    .filter(Boolean)
    .join(" | ");
}
