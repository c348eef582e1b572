import { readFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { pdfOf } from "../tests/pdf-of.ts";
import type { BlockReader } from "./block.ts";
import { readCsv } from "./read-csv.ts";
import { readHtml } from "./read-html.ts";
import { readJson } from "./read-json.ts";
import { readMarkdown } from "./read-markdown.ts";
import { readPdf } from "./read-pdf.ts";
import { readText } from "./read-text.ts";
import { type Passage, split } from "./split.ts";

async function passagesOf(read: BlockReader, content: string | Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), "troupe-split-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "file");
  await writeFile(path, content);
  const passages: Passage[] = [];
  for await (const passage of split(read(path))) passages.push(passage);
  return passages;
}

/** Where a passage's lines are those of the file, its range must hold exactly them. */
function expectExactLines(content: string, passages: { text: string; line_start: number; line_end: number }[]) {
  const lines = content.split("\n");
  const filled = (text: string) => text.split("\n").filter((line) => line.trim());
  for (const { text, line_start, line_end } of passages) {
    expect(filled(text)).toEqual(filled(lines.slice(line_start - 1, line_end).join("\n")));
  }
}

const sentence = (index: number) => `Sentence number ${index} says a little about subject ${index % 7}.`;

test("Markdown is cut at headings, and each passage names the headings it stands under", async () => {
  const content = [
    "# Handbook",
    "",
    "Welcome.",
    "",
    "## Leave #",
    "### Requests to `people`",
    "Ask your manager.",
    "",
    "Travel",
    "------",
    "Book early.",
  ].join("\n");
  const passages = await passagesOf(readMarkdown, content);
  expect(passages.map(({ heading_path, line_start, line_end }) => [heading_path, line_start, line_end])).toEqual([
    [["Handbook"], 1, 3],
    [["Handbook", "Leave", "Requests to people"], 5, 7],
    [["Handbook", "Travel"], 9, 11],
  ]);
  expectExactLines(content, passages);
});

test("a long section becomes passages of about 1,600 characters with exact lines", async () => {
  const paragraphs = Array.from({ length: 60 }, (_, index) => `${sentence(index)}\n${sentence(index + 1)}\n`);
  const content = `# Long\n\n${paragraphs.join("\n")}`;
  const passages = await passagesOf(readMarkdown, content);
  expect(passages.length).toBeGreaterThan(3);
  for (const { text, heading_path } of passages) {
    expect(text.length).toBeLessThanOrEqual(1_700);
    expect(heading_path).toEqual(["Long"]);
  }
  expectExactLines(content, passages);
  expect(passages.at(-1)!.line_end).toBe(content.trimEnd().split("\n").length);
});

test("code fences and tables stay whole, and what looks like a heading in a fence is none", async () => {
  const code = [
    "```sh",
    "# not a heading",
    ...Array.from({ length: 40 }, (_, index) => `run step ${index} --now`),
    "```",
  ];
  const table = ["| a | b |", "|---|---|", ...Array.from({ length: 40 }, (_, index) => `| ${index} | value |`)];
  const filler = sentence(1).repeat(20);
  const content = [filler, "", ...code, "", filler, "", ...table].join("\n");
  const passages = await passagesOf(readMarkdown, content);
  expect(passages.some(({ text }) => text.includes(code.join("\n")))).toBe(true);
  expect(passages.some(({ text }) => text.includes(table.join("\n")))).toBe(true);
  expect(passages.every(({ heading_path }) => heading_path.length === 0)).toBe(true);
  expectExactLines(content, passages);
});

test("one very long line is cut at the ends of sentences and keeps its number", async () => {
  const content = `first\n${Array.from({ length: 800 }, (_, index) => sentence(index)).join(" ")}\nlast`;
  const passages = await passagesOf(readText, content);
  expect(passages.length).toBeGreaterThan(20);
  for (const { text } of passages.slice(1, -1)) expect(text).toMatch(/\.$/);
  expect(
    passages
      .map(({ text }) => text)
      .join(" ")
      .replace(/\s+/g, " "),
  ).toBe(content.replace(/\s+/g, " "));
  expect(passages.at(-1)).toMatchObject({ line_end: 3 });
  expect(passages[5]).toMatchObject({ line_start: 2, line_end: 2 });
});

test("HTML gives its visible text under title and headings, with the lines of the source", async () => {
  const content = [
    "<!doctype html><html><head><title>Machine</title><style>p { color: red }</style></head><body>",
    "<nav>Home</nav>",
    "<h1>Machine</h1>",
    "<p>A full charge takes <b>45</b>",
    "minutes &amp; lasts.</p>",
    "<script>ignored()</script>",
    "<h2>Data</h2>",
    "<ul><li>2 kg</li><li>red</li></ul>",
    "<table><tr><td>Power</td><td>9 W</td></tr></table>",
    "</body></html>",
  ].join("\n");
  const passages = await passagesOf(readHtml, content);
  expect(passages).toMatchObject([
    { heading_path: ["Machine"], line_start: 3, line_end: 5 },
    { heading_path: ["Machine", "Data"], line_start: 7, line_end: 9 },
  ]);
  expect(passages[0]!.text).toContain("A full charge takes 45 minutes & lasts.");
  expect(passages[1]!.text).toBe("Data\n- 2 kg\n- red\nPower | 9 W");
});

test("a CSV row found alone still says what its values are", async () => {
  const rows = Array.from({ length: 100 }, (_, index) => `X${index};"a note\nof two lines";${index * 3}`);
  const passages = await passagesOf(readCsv, `model;note;price\n${rows.join("\n")}\n`);
  expect(passages.length).toBeGreaterThan(1);
  expect(passages[1]!.text).toMatch(/^model: X\d+ \| note: a note\nof two lines \| price: \d+/);
  const row = passages.find(({ text }) => text.includes("model: X70 "))!;
  expect(row.line_start).toBeLessThanOrEqual(2 + 70 * 2);
  expect(row.line_end).toBeGreaterThanOrEqual(3 + 70 * 2);
});

test("JSON is cut between its entries", async () => {
  const entries = Array.from({ length: 60 }, (_, index) => ({ name: `entry ${index}`, text: sentence(index) }));
  const content = JSON.stringify(entries, undefined, 2);
  const passages = await passagesOf(readJson, content);
  expectExactLines(content, passages);
  for (const { text } of passages.slice(1)) expect(text).toMatch(/^ {2}\{\n/);
});

test("a PDF gives page and line", async () => {
  const passages = await passagesOf(readPdf, pdfOf([["First page."], ["Second page.", "Its second line."]]));
  expect(passages).toEqual([
    { text: "First page.", heading_path: [], page: 1, line_start: 1, line_end: 1 },
    { text: "Second page.\nIts second line.", heading_path: [], page: 2, line_start: 1, line_end: 2 },
  ]);
});

test.for([
  ["a damaged PDF", readPdf, "%PDF-1.4 and no more", /damaged/],
  ["a PDF without text", readPdf, pdfOf([[]]), /no text/],
  ["a file that is no text", readMarkdown, new Uint8Array([80, 75, 3, 4, 0, 0, 1]), /not text/],
  ["an unclosed quote", readCsv, 'a,b\n1,"two\n', /no proper CSV/],
] as const)("%s is unreadable, with a hint", async ([, read, content, message]) => {
  await expect(passagesOf(read, content)).rejects.toMatchObject({
    code: "source_unreadable",
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  });
});

test("UTF-16 and Windows line ends are read as what they are", async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("Grüße\r\nzwei", "utf16le")]);
  expect(await passagesOf(readText, utf16)).toMatchObject([{ text: "Grüße\nzwei", line_end: 2 }]);
});

test("this project's own pages keep exact lines", async () => {
  const content = await readFile("README.md", "utf8");
  const passages = await passagesOf(readMarkdown, content);
  expect(passages.length).toBeGreaterThan(2);
  expectExactLines(content, passages);
});

test.each([
  ["plain text", readText, "Das Büro – im Café"],
  ["Markdown", readMarkdown, "# Büro\n\nDas Büro – im Café"],
  ["CSV", readCsv, "ort,wo\nDas Büro – im Café,Brühl"],
  ["HTML", readHtml, "<p>Das Büro – im Café</p>"],
])("%s in windows-1252 keeps its letters, and so does the same in UTF-8 and UTF-16", async (_, read, content) => {
  const windows = Buffer.from(content.replaceAll("–", "\x96"), "latin1");
  const utf16 = Buffer.from(`\ufeff${content}`, "utf16le");
  for (const bytes of [windows, utf16, content, `\ufeff${content}`]) {
    const [passage] = await passagesOf(read, bytes);
    expect(passage!.text).toContain("Das Büro – im Café");
    expect(passage!.text).not.toContain("\ufeff");
  }
});

test("a letter that is not UTF-8 at the end of a long file still makes all of it windows-1252", async () => {
  const content = `été ${"x".repeat(70_000)}\nü`;
  const passages = await passagesOf(readText, Buffer.from(content, "latin1"));
  expect(passages[0]!.text).toMatch(/^été /);
  expect(passages.at(-1)!.text).toMatch(/ü$/);
});

test("a CSV that is no text is unreadable", async () => {
  await expect(passagesOf(readCsv, Buffer.from("a,b\n\0\0,c\n"))).rejects.toMatchObject({ code: "source_unreadable" });
});
