/** Splits a passage into its sentences, list items and table cells, each cell with the names of its row and column. */
export function splitStatements(text: string): string[] {
  let header: string[] | undefined;
  return text.split("\n").flatMap((line) => {
    const cells = /^\s*\|.*\|\s*$/.test(line)
      ? line
          .trim()
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim())
      : undefined;
    if (!cells) {
      header = undefined;
      return line.split(/(?<=[.!?;])\s+(?=[\p{Lu}\d])/u);
    }
    if (cells.every((cell) => /^:?-+:?$/.test(cell))) return [];
    if (!header) {
      header = cells;
      return [];
    }
    const row = cells[0] ?? "";
    return cells.slice(1).map((cell, index) => `${row}: ${header?.[index + 1] ?? ""} ${cell}`);
  });
}
