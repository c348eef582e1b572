import type { Block, Line } from "./block.ts";
import { readLines } from "./read-lines.ts";

/** Begins an entry: a line at the outermost levels that does not only close what stands above it, or opens a record. */
const entryPattern = /^(?: {0,2}|\t)[^\s\]}]|^(?: {3,4}|\t\t)\S.*[{[]$|^(?: {3,4}|\t\t)[{[]$/;

/** Reads JSON by its lines: each entry of the outermost levels is a block. JSON on one line is cut at its length. */
export async function* readJson(path: string): AsyncGenerator<Block, void> {
  let lines: Line[] = [];
  for await (const line of readLines(path)) {
    if (lines.length > 0 && entryPattern.test(line.text)) {
      yield toBlock(lines);
      lines = [];
    }
    if (line.text.trim()) lines.push(line);
  }
  if (lines.length > 0) yield toBlock(lines);
}

const toBlock = (lines: Line[]): Block => ({ lines, joint: "\n", gap: "\n", heading_path: [] });
