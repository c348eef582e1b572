import type { Block, Line } from "./block.ts";
import { readLines } from "./read-lines.ts";

/** Reads plain text: blank lines part its paragraphs. */
export async function* readText(path: string): AsyncGenerator<Block, void> {
  let lines: Line[] = [];
  for await (const line of readLines(path)) {
    if (line.text.trim()) {
      lines.push(line);
    } else if (lines.length > 0) {
      yield toBlock(lines);
      lines = [];
    }
  }
  if (lines.length > 0) yield toBlock(lines);
}

const toBlock = (lines: Line[]): Block => ({ lines, joint: "\n", gap: "\n\n", heading_path: [] });
