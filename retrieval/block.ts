/** A line of a file, or a part of a very long one; `end` is past `start` only where a record spans lines. */
export interface Line {
  text: string;
  start: number;
  end: number;
}

/** What belongs together in a document (a paragraph, a code fence, a table, a row), as a reader hands it on. */
export interface Block {
  lines: Line[];
  /** What stands between its lines: a space where line breaks mean nothing, as in HTML. */
  joint: "\n" | " ";
  /** What stands between this block and the one before it. */
  gap: "\n\n" | "\n";
  heading_path: string[];
  page?: number;
  /** Code fences and tables: cut only when they are very long. */
  whole?: boolean;
  /** A heading: never the end of a chunk. */
  heading?: boolean;
}

/** Reads a file as blocks in order, some at a time. May throw `source_unreadable`, or what the file system throws. */
export type BlockReader = (path: string) => AsyncIterable<Block>;
