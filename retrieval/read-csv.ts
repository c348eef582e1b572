import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { TroupeError } from "../errors.ts";
import type { Block } from "./block.ts";

/**
 * Reads CSV by its rows. Each is written with the header's names ("model: X200 | price: 129"), so that a row
 * found alone still says what its values are. Fields are parted by comma, semicolon or tab.
 */
export async function* readCsv(path: string): AsyncGenerator<Block, void> {
  const parser = createReadStream(path).pipe(
    parse({
      bom: true,
      delimiter: await delimiterOf(path),
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }),
  );
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

/** The separator that stands most in the file's first kilobytes' first line. */
async function delimiterOf(path: string): Promise<string> {
  let first = "";
  for await (const text of createReadStream(path, { encoding: "utf8", end: 8_191 }) as AsyncIterable<string>) {
    first += text;
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
