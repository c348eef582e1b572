import { createReadStream } from "node:fs";
import { TroupeError } from "../errors.ts";

/**
 * The encoding of a text file, as `TextDecoder` calls it: what its byte order mark says, else UTF-8 where all of it
 * is, else windows-1252, which is ISO-8859-1 with more letters. Reads the whole file, since the first letter that is
 * not UTF-8 may be its last.
 */
export async function detectEncoding(path: string): Promise<string> {
  let decoder: TextDecoder | undefined;
  try {
    for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) {
      if (!decoder && bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
      if (!decoder && bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
      decoder ??= new TextDecoder("utf-8", { fatal: true });
      decoder.decode(bytes, { stream: true });
    }
    decoder?.decode();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "windows-1252";
    throw error;
  }
  return "utf-8";
}

/** The text of a file without its byte order mark, a part at a time. Throws `source_unreadable` for what is no text. */
export async function* decodeText(path: string, encoding: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) {
    const text = decoder.decode(bytes, { stream: true });
    if (text.includes("\0")) throw notText(path);
    yield text;
  }
  yield decoder.decode();
}

const notText = (path: string) =>
  new TroupeError("source_unreadable", `The file "${path}" is not text, whatever its name says.`, {
    hint: "Save it as text in UTF-8, or give it the extension of what it is.",
  });
