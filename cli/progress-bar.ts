const width = 24;

/** A bar on one line of the terminal, redrawn in place; where stderr is no terminal, nothing is drawn. */
export interface ProgressBar {
  update(progress: { done: number; total: number; label: string }): void;
  /** Takes the line away. */
  clear(): void;
}

/** Starts a bar on stderr, so that what a program reads from stdout stays clean. */
export function createProgressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  if (!stream.isTTY) return { update() {}, clear() {} };
  return {
    update({ done, total, label }) {
      const filled = total === 0 ? width : Math.round((done / total) * width);
      const bar = "█".repeat(filled) + "░".repeat(width - filled);
      const text = `${bar} ${done}/${total} ${label}`;
      stream.write(`\r\u001B[2K${text.slice(0, (stream.columns || 80) - 1)}`);
    },
    clear() {
      stream.write("\r\u001B[2K");
    },
  };
}
