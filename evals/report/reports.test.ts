import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { DOMParser } from "@xmldom/xmldom";
import { expect, test } from "vitest";
import { makeEvalRun } from "../../tests/fixtures/make-eval-run.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { toBaseline } from "../gate/baseline-file.ts";
import { gateRun } from "../gate/gate-run.ts";
import type { Gate, GateFinding } from "../gate/gate.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { renderHtml } from "./html/render-html.ts";
import { writeJunit } from "./junit.ts";
import { writeMarkdown } from "./markdown.ts";
import { showRun } from "./show-run.ts";
import { spellOutAll } from "./spell-out.ts";
import { writeReports } from "./write-reports.ts";

const hostile = "\u0000\u001B[31m<b>&\"']]>\n\t\uD800\uFFFE|`@everyone` ünï🎭";
const passed: Gate = { passed: true, held: true, findings: [] };

/** Throws at the first error of the text; U+FFFD, which stands for what XML cannot hold, is but a warning. */
const parseXml = (text: string) =>
  new DOMParser({
    onError: (level, message) => {
      if (level !== "warning") throw new Error(message);
    },
  }).parseFromString(text, "text/xml");

function withText(run: EvalRun, text: string): EvalRun {
  for (const { cases } of run.suites) {
    for (const one of cases) {
      one.tags = [text];
      for (const { scores } of one.trials) for (const score of Object.values(scores)) score.comment = text;
    }
  }
  return run;
}

test("JUnit's XML fails where the gate does: cases, suites that could not run, thresholds, suites that are gone", () => {
  const run = makeEvalRun({ good: [1], known: [0], fell: [1, 0] });
  run.suites.push({ ...run.suites[0]!, name: "broken", cases: [], error: { message: "No graph." } });
  run.suites[0]!.cases[2]!.place = "cases.jsonl:3";
  const failure = { level: "failure", suite: "support" } as const;
  const findings: GateFinding[] = [
    { ...failure, kind: "regression", id: "fell", message: "It fell." },
    { ...failure, kind: "threshold", scorer: "other", message: "Too low." },
    { ...failure, kind: "suite_failed", suite: "broken", message: "No graph." },
    { ...failure, kind: "case_missing", suite: "gone", message: "It did not run." },
    { level: "notice", kind: "case_new", suite: "support", id: "good", message: "New." },
  ];
  const xml = parseXml(writeJunit(run, { passed: false, held: true, findings }));
  const attributesOf = (name: string) =>
    Array.from(xml.getElementsByTagName(name), (element) =>
      Object.fromEntries(Array.from(element.attributes, (attribute) => [attribute.name, attribute.value])),
    );
  expect(attributesOf("testsuites")).toEqual([{ tests: "6", failures: "3", errors: "1", skipped: "1" }]);
  expect(attributesOf("testcase")).toEqual([
    { name: "gate: threshold", classname: "support" },
    { name: "good", classname: "support", time: "0.012" },
    { name: "known", classname: "support", time: "0.012" },
    { name: "fell", classname: "support", time: "0.024", file: "cases.jsonl", line: "3" },
    { name: "suite", classname: "broken" },
    { name: "gate: case_missing", classname: "gone" },
  ]);
  expect(attributesOf("failure")).toEqual([
    { message: "Too low." },
    { message: "It fell." },
    { message: "It did not run." },
  ]);
  expect(attributesOf("error")).toEqual([{ message: "No graph." }]);
  const [skipped] = attributesOf("skipped");
  expect(skipped).toEqual({ message: 'It fails, which the gate allows. 0 of 1 passed: answer 0: "28" is missing' });
  expect(attributesOf("property")).toContainEqual({ name: "score answer", value: "0.5" });
  expect(xml.getElementsByTagName("failure")[1]?.textContent).toBe('1 of 2 passed: answer 0: "28" is missing');
});

test("the cases by which a suite as a whole fails the gate are failures to JUnit, and listed in the Markdown", () => {
  const run = makeEvalRun({ a: [1], b: [0], c: [1, 0] }, { threshold: { pass: 0.9 } });
  const [, b, c] = run.suites[0]!.cases;
  b!.place = "cases.jsonl:2";
  c!.place = "evals/c.eval.ts, case 3";
  c!.trials[1]!.scores = {
    answer: { score: 1, passed: true },
    route: { score: 0, passed: false, comment: "elsewhere" },
  };
  const failing = (threshold: Record<string, number>) => {
    run.suites[0]!.threshold = threshold;
    const gate = gateRun(run, undefined, "all");
    const cases = Array.from(parseXml(writeJunit(run, gate)).getElementsByTagName("testcase"));
    const listed = writeMarkdown(run, gate, undefined).matchAll(/^ {2}- (.*)$/gm);
    return {
      places: cases.map((one) => [one.getAttribute("file"), one.getAttribute("line")]),
      junit: cases
        .filter((one) => one.getElementsByTagName("failure").length > 0)
        .map((one) => one.getAttribute("name")),
      markdown: Array.from(listed, ([, line]) => line),
    };
  };
  const [ofB, ofC] = [
    '**b** (cases.jsonl:2): answer 0: "28" is missing',
    "**c** (evals/c.eval.ts, case 3): route 0: elsewhere",
  ];
  const places = [
    [null, null],
    [null, null],
    ["cases.jsonl", "2"],
    ["evals/c.eval.ts", null],
  ];
  expect(failing({ pass: 0.9 })).toMatchObject({ places });
  expect(failing({ pass: 0.9 })).toMatchObject({ junit: ["gate: threshold", "b", "c"], markdown: [ofB, ofC] });
  expect(failing({ answer: 0.9 })).toMatchObject({ junit: ["gate: threshold", "b"], markdown: [ofB] });
  expect(failing({ pass: 0.1 })).toMatchObject({ junit: [], markdown: [] });
});

test("what changed in a call that no cassette has comes through in lines, to the terminal and in the Markdown", () => {
  const run = makeEvalRun({ a: [0] }, { threshold: { pass: 0.9 } });
  const diff = ['   "messages": [', "-    You help <b>customers</b>.", "+    You help everyone.", "   ]"];
  const message = `${"No recording of this call. ".repeat(10)}The nearest has "-", this call "+":\n${diff.join("\n")}`;
  run.suites[0]!.cases[0]!.trials[0]!.observation.error = { name: "TroupeError", message, hint: "Undo the change." };
  const gate = { passed: false, held: true, findings: [] };
  expect(stripVTControlCharacters(showRun({ run, gate, folder: "" }))).toContain(`\n    ${diff.join("\n    ")}\n`);
  const text = writeMarkdown(run, gateRun(run, undefined, "all"), undefined);
  const lines = diff
    .map((line) => `    ${line}`)
    .join("\n")
    .replaceAll("<", "&#60;")
    .replaceAll(">", "&#62;");
  expect(text).toContain(
    `"+": Undo the change.; answer 0: "28" is missing\n\n    <pre>\n${lines.replaceAll("[", "&#91;").replaceAll("]", "&#93;")}\n    </pre>\n`,
  );
});

test("JUnit's XML is well-formed whatever suites, cases and scorers say", () => {
  const run = withText(makeEvalRun({ [hostile]: [0] }, { name: hostile }), hostile);
  const finding: GateFinding = { level: "failure", kind: "regression", suite: hostile, id: hostile, message: hostile };
  const xml = parseXml(writeJunit(run, { passed: false, held: true, findings: [finding] }));
  const shown = "⟨U+0000⟩⟨U+001B⟩[31m<b>&\"']]>\n\t\uFFFD⟨U+FFFE⟩|`@everyone` ünï🎭";
  expect(xml.getElementsByTagName("testcase")[0]?.getAttribute("name")).toBe(shown);
  const [failure] = xml.getElementsByTagName("failure");
  expect(failure?.getAttribute("message")).toBe(shown);
  expect(failure?.textContent).toBe(`0 of 1 passed: answer 0: ${shown}`);
});

/** What a terminal would obey, what turns text around, and what is not seen: tags, a filler, a soft hyphen. */
const unseen = "\u001B]0;x\u0007\u009B2J\u0085\b\u061C\u202E\u180E\u00AD\u3164\u{E0041}\u200B";
const spelt = "⟨U+001B⟩]0;x⟨U+0007⟩⟨U+009B⟩2J⟨U+0085⟩⟨U+0008⟩⟨U+061C⟩⟨U+202E⟩⟨U+180E⟩⟨U+00AD⟩⟨U+3164⟩⟨U+E0041⟩⟨U+200B⟩";

test("characters that are not seen or that a terminal obeys stand by their codes in every report, those of emoji and scripts as they are", () => {
  const kept = "نمی\u200Cخواهم 👩\u200D🔬 ❤\uFE0F";
  const run = withText(makeEvalRun({ [unseen]: [0] }, { name: unseen }), `${unseen} ${kept}`);
  run.suites[0]!.scorers[0]!.name = unseen;
  run.suites[0]!.cases[0]!.place = unseen;
  const finding: GateFinding = { level: "failure", kind: "regression", suite: unseen, id: unseen, message: unseen };
  for (const findings of [[], [finding]]) {
    const gate: Gate = { passed: false, held: true, findings };
    const told = {
      markdown: writeMarkdown(run, gate, undefined),
      junit: writeJunit(run, gate),
      html: renderHtml({ run, gate, history: [] }),
      terminal: stripVTControlCharacters(showRun(spellOutAll({ run, gate, folder: unseen }))),
    };
    for (const [name, text] of Object.entries(told)) {
      // oxlint-disable-next-line no-control-regex -- these are the characters meant
      expect(text, name).not.toMatch(/[\u0007-\b\r\u0085\u001B\u009B\u061C\u202E\u180E\u00AD\u3164\u{E0041}\u200B]/u);
      const plain = text.replaceAll("&#93;", "]");
      expect(plain, name).toContain(spelt);
    }
    expect(told.junit).toContain(kept);
  }
});

test("a name of several lines is one line on the terminal", () => {
  const name = "a\nThe gate passed.";
  const run = makeEvalRun({ [name]: [0] }, { name });
  const text = showRun({ run, gate: { passed: true, held: true, findings: [] }, folder: "" });
  expect(stripVTControlCharacters(text).match(/^The gate passed/gm)).toHaveLength(1);
});

test("the Markdown tells the verdict, the change of each suite and what fails with its place", () => {
  const before = toBaseline(makeEvalRun({ a: [1], b: [1] }));
  const run = makeEvalRun({ a: [1], b: [0], c: [1] });
  for (const suite of run.suites) for (const one of suite.cases) one.deterministic = true;
  for (const one of before.cases) one.deterministic = true;
  run.suites[0]!.cases[1]!.place = "evals/cases.jsonl:2";
  const text = writeMarkdown(run, gateRun(run, before, "all"), before);
  expect(text).toContain("## Evals: the gate failed, 1 finding\n");
  expect(text).toContain("3 cases in 1 suite, `8b8722c0a1`, models `embedded`.");
  expect(text).toMatch(/\| support \| 67 % \(\d+–\d+\) \| −33\.3 \| 3 \| 12 ms \| 0 \|/);
  expect(text).toMatch(/- \*\*support\*\* › \*\*b\*\* \(evals\/cases\.jsonl:2\): It passed before .*"28" is missing/);
  expect(text).toContain("<details><summary>1 notice</summary>");
});

test("the Markdown stays within what a comment holds, and nothing in it mentions or formats", () => {
  const run = makeEvalRun({});
  run.suites = Array.from({ length: 300 }, (_, index) => ({
    ...run.suites[0]!,
    name: `${hostile}${index}`.repeat(20),
  }));
  const findings = Array.from({ length: 3_000 }, (_, index): GateFinding => ({
    level: index % 2 === 0 ? "failure" : "notice",
    kind: "regression",
    suite: hostile.repeat(20),
    id: `${index}`,
    message: hostile.repeat(500),
  }));
  const text = writeMarkdown(run, { passed: false, held: true, findings }, undefined);
  expect(text.length).toBeLessThan(60_000);
  expect(text).toContain("and 240 more, in report.html");
  expect(text).toMatch(/- and 14\d\d more, in report\.html/);
  expect(text).not.toMatch(/@everyone|<b>/);
});

test("the terminal is told figures, findings, and a few known failures with their place", () => {
  const run = makeEvalRun({ a: [1], b: [0], c: [0] });
  run.suites[0]!.cases[2]!.place = "evals/cases.jsonl:3";
  const finding: GateFinding = { level: "failure", kind: "regression", suite: "support", id: "b", message: "It fell." };
  const lines = stripVTControlCharacters(
    showRun({ run, gate: { passed: false, held: true, findings: [finding] }, folder: "runs/1" }),
  );
  expect(lines.split("\n")).toEqual([
    expect.stringMatching(/^support {2}33 % \(\d+–\d+\) {2}3 cases {2}answer 0\.33 {2}12 ms$/),
    "",
    "✗ support > b (evals/support.eval.ts): It fell.",
    '  fails: support > c (evals/cases.jsonl:3): answer 0: "28" is missing',
    "The gate failed: 1 finding. runs/1/report.html",
  ]);
});

test("a run that was held against nothing is not told as one whose quality was checked", () => {
  const run = makeEvalRun({ a: [1], b: [0] });
  const told = (now: EvalRun, before?: EvalRun) => {
    const baseline = before && toBaseline(before);
    const gate = gateRun(now, baseline, "all");
    expect(gate.passed).toBe(true);
    return [
      stripVTControlCharacters(showRun({ run: now, gate, folder: "runs/1" }))
        .split("\n")
        .at(-1),
      writeMarkdown(now, gate, baseline).split("\n")[0],
      /<title>(.*?) ·.*<h1>(.*?)<\/h1>/s
        .exec(renderHtml({ run: now, gate, baseline, history: [] }))
        ?.slice(1)
        .join(": "),
    ];
  };
  const nothing = [
    "The gate had nothing to compare with. runs/1/report.html",
    "## Evals: the gate had nothing to compare with",
    "Not compared: The gate had nothing to compare with",
  ];
  const compared = ["The gate passed. runs/1/report.html", "## Evals: the gate passed", "Passed: The gate passed"];
  expect(told(run)).toEqual(nothing);
  expect(told(run, makeEvalRun({ c: [1] }))).toEqual(nothing);
  expect(told(run, makeEvalRun({ a: [1] }))).toEqual(compared);
  expect(told(makeEvalRun({ a: [1] }, { threshold: { pass: 0.5 } }))).toEqual(compared);
});

test("the terminal is told how likely one of several tries passes, and all of them", () => {
  const gate = { passed: true, held: true, findings: [] };
  const text = showRun({ run: makeEvalRun({ a: [1, 1], b: [1, 0] }), gate, folder: "runs/1" });
  expect(text).toContain("answer 0.75, pass@2 1.00, pass^2 0.50");
});

test("the HTML's trend has the suites of this run, and the runs that had one of them", () => {
  const run = makeEvalRun({ a: [1] });
  const figures = { pass: 1, cases: 1, scorers: {}, total_tokens: 0, cost: null, p50_ms: 1 };
  const history = ["support", "gone", "support"].map((suite, index) => ({
    run_id: `${index}`,
    started_at: `2026-11-2${index}T02:40:11.123Z`,
    status: "complete" as const,
    commit: null,
    models: run.environment.models,
    suites: { [suite]: figures },
  }));
  const html = renderHtml({ run, gate: passed, history });
  expect(html).toContain("2 runs in figures");
  expect(html).not.toContain(">gone<");
});

async function makeOutput(runs: number) {
  const output = makeTemporaryFolder();
  const names = Array.from(
    { length: runs },
    (_, index) => `2026-11-${String(index + 1).padStart(2, "0")}T00-00-00-000Z`,
  );
  for (const name of [...names, "my notes"]) await mkdir(join(output, name));
  return { output, folder: join(output, names.at(-1)!) };
}

test("reports stand in the run's folder; the last 20 runs are kept, and what is no run", async () => {
  const { output, folder } = await makeOutput(25);
  await writeReports({ folder, run: makeEvalRun({ a: [1] }), gate: passed, trend: true });
  expect(JSON.parse(await readFile(join(folder, "run.json"), "utf8"))).toMatchObject({ version: 1, gate: passed });
  expect(await readdir(folder)).toEqual(expect.arrayContaining(["junit.xml", "report.html", "report.md", "run.json"]));
  const left = (await readdir(output)).toSorted();
  expect(left).toHaveLength(22);
  expect(left.slice(0, 1)).toEqual(["2026-11-06T00-00-00-000Z"]);
  expect(left.slice(-2)).toEqual(["history.jsonl", "my notes"]);
});

test("the history keeps 100 runs, and leaves out a damaged line and a run of some cases", async () => {
  const { output, folder } = await makeOutput(1);
  const path = join(output, "history.jsonl");
  const models = { fast: "embedded", smart: "embedded", embed: null };
  const line = { started_at: "2026-11-01T00:00:00.000Z", status: "complete", commit: null, models, suites: {} };
  const old = Array.from({ length: 250 }, (_, index) => JSON.stringify({ ...line, run_id: `${index}` }));
  await writeFile(path, [...old, '{"run_id":"cut'].join("\n"));
  await writeReports({ folder, run: makeEvalRun({ a: [1] }), gate: passed, trend: true });
  await writeReports({ folder, run: makeEvalRun({ a: [1] }), gate: passed, trend: false });
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  expect(lines).toHaveLength(100);
  expect(JSON.parse(lines[0]!)).toMatchObject({ run_id: "151" });
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    suites: { support: { pass: 1, cases: 1, scorers: { answer: 1 } } },
  });
});
