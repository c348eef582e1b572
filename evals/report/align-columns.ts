/** Rows of cells as lines, each column as wide as its widest cell; all but the first may be filled up at their start, as figures are. */
export function alignColumns(rows: readonly (readonly string[])[], others: "padEnd" | "padStart" = "padEnd"): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell[column === 0 ? "padEnd" : others](widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
