import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { keyOf } from "../../gate/baseline-file.ts";
import { diffRuns } from "../../gate/diff-runs.ts";
import type { Report } from "../report.ts";
import { spellOut } from "../spell-out.ts";
import { browseCases, type CaseEntry } from "./browse-cases.ts";
import { tabulateTrend } from "./draw-trend.ts";
import { Markup, markup } from "./markup.ts";
import { failedScorers, nameOf, renderCase, renderRow, textOf } from "./render-case.ts";
import { renderFilter } from "./render-filter.ts";
import { renderHead } from "./render-head.ts";
import { renderSuite } from "./render-suite.ts";
import { selectShown } from "./select-shown.ts";
import { shorten } from "./shorten.ts";
import { style } from "./style.ts";

/**
 * The run as one page that needs no other file and no network: the verdict, suites with their trend, and each case with its
 * whole trajectory, packed until it is opened. Its policy allows its own style and script only, by their hashes.
 */
export function renderHtml({ run, gate, baseline, history }: Report): string {
  const compared = baseline && diffRuns(baseline, run);
  const differences = new Map(compared?.cases.map((one) => [keyOf(one), one]));
  const cases = run.suites
    .flatMap((suite) =>
      suite.cases.map((whole) => {
        const difference = differences.get(keyOf(whole));
        const result = shorten(whole);
        const status = selectShown(result, difference);
        const { id, input, turns, tags, trials } = result;
        const words = [id, textOf(turns ?? input), ...new Set(trials.map(({ observation }) => observation.text))];
        const entry: CaseEntry = {
          name: nameOf(result),
          suite: spellOut(suite.name),
          status,
          tag: tags.map(spellOut),
          scorer: failedScorers(result).map(spellOut),
          text: spellOut(words.join("\n")).toLowerCase(),
        };
        return { entry, row: renderRow(result, status), packed: pack(renderCase(result, suite, difference)) };
      }),
    )
    .toSorted((a, b) => urgencyOf(b.entry) - urgencyOf(a.entry));
  const script = `(${browseCases.toString()})();`;
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const suites = run.suites.map((suite) =>
    renderSuite({ suite, difference: compared?.suites.find(({ name }) => name === suite.name), baseline, history }),
  );
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<title>${!gate.passed ? "Failed" : gate.held ? "Passed" : "Not compared"} · evals of ${run.started_at.slice(0, 10)}</title><style>${new Markup(style)}</style></head>
<body><div id="overview">${renderHead(run, gate)}<main>
<section class="suites" aria-label="Suites">${suites}</section>
${tabulateTrend(
  run.suites.map(({ name }) => name),
  history,
)}
<section id="cases"><h2>Cases</h2>${renderFilter(cases.map(({ entry }) => entry))}
<ol id="list">${cases.map(({ row }) => row)}</ol><p id="nothing" class="empty" hidden>No case is like this.</p>${cases.length === 0 && markup`<p class="empty">No case ran.</p>`}
<noscript><p class="empty">The cases open with JavaScript; run.json has all of them.</p></noscript></section></main></div>
<main id="case" hidden><nav aria-label="Cases"><a id="back" href="#">‹ All cases</a><span id="position" class="soft"></span><a id="before">Previous</a><a id="after">Next</a></nav><article id="view"></article></main>
<script type="application/json" id="entries">${toJson(cases.map(({ entry }) => entry))}</script>
${cases.map(({ packed }) => markup`<script type="text/plain" data-packed>${packed}</script>\n`)}<script>${new Markup(script)}</script></body></html>
`;
  return page.html;
}

/** Where a case stands in the list: what got worse first, then what fails. */
const urgencyOf = ({ status }: CaseEntry): number =>
  (status.includes("regressed") ? 2 : 0) + (status.includes("failed") ? 1 : 0);

const pack = ({ html }: Markup): string => deflateRawSync(html).toString("base64");

/** JSON in which no text ends the element that it stands in. */
const toJson = (value: unknown) => new Markup(JSON.stringify(value).replaceAll("<", String.raw`\u003C`));

const hashOf = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
