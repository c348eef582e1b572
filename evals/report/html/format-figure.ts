/** `348 ms`, `1.6 s`, `2 min 5 s`, `5,289 tokens`, `$0.0042`; a bare figure with at most two decimals. */
export function formatFigure(value: number, unit?: string): string {
  if (unit === "ms") return formatDuration(value);
  if (unit === "$") return `$${value === 0 || value >= 1 ? value.toFixed(2) : Number(value.toPrecision(2))}`;
  const figure = value.toLocaleString("en-US", { maximumFractionDigits: 2 });
  return unit ? `${figure} ${value === 1 ? unit.slice(0, -1) : unit}` : figure;
}

function formatDuration(ms: number): string {
  if (ms < 999.5) return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
