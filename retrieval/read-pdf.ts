import { readFile } from "node:fs/promises";
import { getDocumentProxy } from "unpdf";
import { TroupeError } from "../errors.ts";
import type { Block, Line } from "./block.ts";

/** Reads the text of a PDF page by page; lines are counted within the page. Throws `source_unreadable`. */
export async function* readPdf(path: string): AsyncGenerator<Block, void> {
  const pdf = await open(path);
  let found = false;
  try {
    for (let page = 1; page <= pdf.numPages; page++) {
      const lines = await linesOf(pdf, page).catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
      if (lines.length === 0) continue;
      found = true;
      yield { lines, joint: "\n", gap: "\n", heading_path: [], page };
    }
  } finally {
    await pdf.loadingTask.destroy();
  }
  if (!found) {
    throw new TroupeError("source_unreadable", `The PDF "${path}" holds no text, only images.`, {
      hint: "Recognise its text with an OCR program and ingest the result.",
    });
  }
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

async function open(path: string): Promise<Pdf> {
  const bytes = await readFile(path);
  try {
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  } catch (cause) {
    if (cause instanceof Error && cause.name === "PasswordException") {
      throw new TroupeError("source_unreadable", `The PDF "${path}" is locked with a password.`, {
        hint: "Save it without its password and ingest that.",
        cause,
      });
    }
    throw unreadable(path, cause);
  }
}

async function linesOf(pdf: Pdf, number: number): Promise<Line[]> {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
  return text
    .split("\n")
    .map((line, index) => ({ text: line.trim(), start: index + 1, end: index + 1 }))
    .filter((line) => line.text);
}

const unreadable = (path: string, cause: unknown) =>
  new TroupeError(
    "source_unreadable",
    `The PDF "${path}" is damaged: ${cause instanceof Error ? cause.message : "?"}`,
    {
      hint: "Open it in a PDF reader and save it anew, or leave it out.",
      cause,
    },
  );
