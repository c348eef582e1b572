import { expect, test } from "vitest";
import { createProgressBar } from "./progress-bar.ts";

const eraseLine = "\r\u001B[2K";

function draw(columns: number, isTTY: boolean): string {
  let drawn = "";
  const write = (text: string) => (drawn += text);
  const bar = createProgressBar({ isTTY, columns, write } as unknown as NodeJS.WriteStream);
  bar.update({ done: 6, total: 12, label: "docs/a-page-with-a-long-name.md" });
  bar.clear();
  return drawn;
}

test("on a terminal it is one line, drawn over itself, cut at the edge, and taken away at the end", () => {
  const line = `${"█".repeat(12)}${"░".repeat(12)} 6/12 docs/a-pa`;
  expect(line).toHaveLength(39);
  expect(draw(40, true)).toBe(`${eraseLine}${line}${eraseLine}`);
});

test("where stderr is no terminal nothing is drawn", () => {
  expect(draw(40, false)).toBe("");
});
