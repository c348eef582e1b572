import { formatPercent } from "../format.ts";
import type { HistoryLine } from "../history.ts";
import { type Markup, markup } from "./markup.ts";

const width = 300;
const height = 44;

/** A suite's pass rate over the runs that ended, from 0 to 100 %, as a line whose values are told to screen readers too. */
export function drawTrend(suite: string, history: readonly HistoryLine[]): Markup {
  const runs = history.flatMap(({ started_at, status, suites }) => {
    const figures = Object.hasOwn(suites, suite) ? suites[suite] : undefined;
    return figures && status === "complete" ? [{ started_at, pass: figures.pass }] : [];
  });
  if (runs.length < 2) return markup`<p class="soft">No trend yet: it has run once.</p>`;
  const points = runs.map(({ started_at, pass }, index) => ({
    x: 4 + ((width - 8) * index) / (runs.length - 1),
    y: 4 + (height - 8) * (1 - pass),
    told: `${started_at.slice(0, 16).replace("T", " ")}: ${formatPercent(pass)}`,
  }));
  const label = `Pass rate over ${runs.length} runs, the oldest first: ${runs.map(({ pass }) => formatPercent(pass)).join(", ")}`;
  return markup`<figure class="trend"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<path class="grid" d="M0 4H${width}M0 ${height / 2}H${width}M0 ${height - 4}H${width}"/>
<polyline points="${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}"/>
${points.map(({ x, y, told }, index) => markup`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${index === points.length - 1 ? 3.5 : 1.8}"><title>${told}</title></circle>`)}
</svg><figcaption>${runs.length} runs, from ${formatPercent(runs[0]!.pass)} to ${formatPercent(runs.at(-1)!.pass)}</figcaption></figure>`;
}

/** The runs of these suites in figures, the newest first; false where there is just one. */
export function tabulateTrend(suites: readonly string[], history: readonly HistoryLine[]): Markup | false {
  const runs = history.filter((line) => suites.some((suite) => Object.hasOwn(line.suites, suite)));
  if (runs.length < 2) return false;
  const rows = runs.toReversed().map(({ started_at, status, commit, models, suites: figures }) => {
    const cells = suites.map((suite) => {
      const line = Object.hasOwn(figures, suite) ? figures[suite] : undefined;
      return markup`<td>${line ? `${formatPercent(line.pass)} of ${line.cases}` : "–"}</td>`;
    });
    const stopped = status === "interrupted" && ", stopped early";
    return markup`<tr><th scope="row">${started_at.slice(0, 16).replace("T", " ")}${stopped}</th><td><code>${commit?.slice(0, 8) ?? "–"}</code></td><td>${[...new Set([models.smart, models.fast])].join(", ")}</td>${cells}</tr>`;
  });
  return markup`<details class="fold"><summary>${runs.length} runs in figures</summary><div class="scroll" tabindex="0" role="region" aria-label="Runs in figures"><table>
<thead><tr><th scope="col">Run (UTC)</th><th scope="col">Commit</th><th scope="col">Models</th>${suites.map((suite) => markup`<th scope="col">${suite}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
