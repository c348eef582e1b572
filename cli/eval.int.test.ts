import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeEvalProject, readOnlyRun } from "../tests/fixtures/make-eval-project.ts";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { runTroupe, startTroupe } from "../tests/fixtures/run-troupe.ts";

const good =
  'defineSuite("good", { task: (i: number) => i, cases: [{ id: "one", input: 1 }, { id: "two", input: 2 }] });';

test("a run leaves its reports, says its figures on stdout, and ends with 0", async () => {
  const cwd = makeEvalProject({ "a.eval.ts": `${good}\nconsole.log("from the file");` });
  const { stdout, stderr, code } = await runTroupe(["eval"], { cwd });
  expect(code).toBe(0);
  const { run, folder } = await readOnlyRun(cwd);
  expect(run).toMatchObject({ status: "complete", environment: { live: false } });
  expect((await readdir(folder)).toSorted()).toEqual(
    expect.arrayContaining(["junit.xml", "report.html", "report.md", "run.json"]),
  );
  expect(await readFile(join(folder, "../history.jsonl"), "utf8")).toMatch(/^\{.*"good":\{"pass":1,"cases":2/);
  expect(stdout).toMatch(/^good +100 % \(34–100\) +2 cases/);
  expect(stdout).toContain(`${run.run_id}/report.html`);
  expect(stderr).toBe("from the file\ngood  2/2  100 % passed  0.0 s\n");
});

test(
  "what breaks beside the suites is told with its place, and no other suite loses anything",
  { timeout: 60_000 },
  async () => {
    const three = "concurrency: 1, cases: [{ input: 1 }, { input: 2 }, { input: 3 }]";
    const cwd = makeEvalProject({
      "good.eval.ts": good,
      "exits.eval.ts": `defineSuite("exits", { ${three}, task: (i: number) => (i === 2 ? process.exit(0) : i) });`,
      "killed.eval.ts": `defineSuite("killed", { ${three}, task: async (i: number) => {
      if (i === 2) process.kill(process.pid, "SIGKILL");
      await wait(50);
    } });`,
      "rejects.eval.ts": `defineSuite("rejects", { ${three}, task: async (i: number) => {
      if (i === 2) void Promise.reject(new Error("nobody listens"));
      await wait(50);
    } });`,
      "syntax.eval.ts": 'defineSuite("syntax", { task: (i: number => i });',
      "throws.eval.ts": 'throw new Error("at the top");',
      "empty.eval.ts": "export {};",
      "setup.eval.ts": `const setup = () => { throw new Error("no desk"); };
      defineSuite("setup", { ${three}, setup, task: (i: number) => i });`,
      "node.eval.ts": `defineSuite("node", { ${three}, task: () => { throw new TypeError("no node"); } });`,
    });
    const { stdout, code } = await runTroupe(["eval"], { cwd });
    expect(code).toBe(1);
    const { run } = await readOnlyRun(cwd);
    const suites = Object.fromEntries(
      run.suites.map(({ name, cases, error }) => [name, error?.message ?? cases.length]),
    );
    expect(suites).toEqual({
      good: 2,
      exits: 3,
      killed: 1,
      rejects: 3,
      "killed.eval.ts": expect.stringMatching(/^Worker exited unexpectedly with signal SIGKILL/),
      setup: expect.stringMatching(/^"setup" threw Error: no desk \(setup\.eval\.ts:3:\d+\)$/),
      node: 3,
      "rejects.eval.ts": expect.stringMatching(/^Unhandled Rejection: nobody listens \(rejects\.eval\.ts:4:\d+\)$/),
      "syntax.eval.ts": expect.stringMatching(/Expected `,` or `\)` but found `=>` \(syntax\.eval\.ts:3:\d+\)$/),
      "throws.eval.ts": expect.stringMatching(/^at the top \(throws\.eval\.ts:3:\d+\)$/),
      "empty.eval.ts": "It defines no suite.",
    });
    expect(stdout).toMatch(/All 3 trials ended in an error .* TypeError: no node \(node\.eval\.ts:3:\d+\)/);
    expect(stdout).toContain("✗ killed (killed.eval.ts): 2 of 3 cases did not end.");
    expect(stdout).toMatch(
      / {2}fails: exits > 2-\w+ \(exits\.eval\.ts, case 2\): Error: process\.exit unexpectedly called with "0"/,
    );
  },
);

test.for([
  ["to the command", (pid: number): boolean => process.kill(pid, "SIGINT")],
  ["to its workers too, as a terminal does", (pid: number): boolean => process.kill(-pid, "SIGINT")],
] as const)("Ctrl-C %s aborts what runs, and reports what was done", async ([, interrupt]) => {
  const cwd = makeEvalProject({
    "a.eval.ts": `defineSuite("stopped", { concurrency: 1, cases: [{ id: "1", input: 1 }, { id: "2", input: 2 }, { id: "3", input: 3 }],
      task: async (i: number, { signal }) => {
        if (i === 1) return i;
        signal.addEventListener("abort", () => console.log("aborted"));
        console.log("begun");
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      } });`,
  });
  const command = startTroupe(["eval", "--update-baseline"], { cwd, detached: true });
  await command.printed("begun", "stderr");
  interrupt(command.process.pid!);
  const { stdout, stderr, code } = await command.ended;
  expect(code).toBe(130);
  const { run, folder } = await readOnlyRun(cwd);
  expect(run.status).toBe("interrupted");
  expect(run.suites.map(({ cases, error }) => [cases.map(({ id }) => id), error])).toEqual([[["1"], undefined]]);
  expect(existsSync(join(folder, "junit.xml"))).toBe(true);
  expect(existsSync(join(cwd, "evals/baseline.jsonl"))).toBe(false);
  expect(stdout).toContain("✗ The run was stopped after 1 of 3 cases");
  expect(stderr).toContain("Stopping, to write what is done. Ctrl-C again ends it at once.");
  expect(stderr).toContain("aborted");
});

/** Says so at once, since vitest hands on what is printed only between two turns of the event loop. */
const blocking = `import { writeSync } from "node:fs";
defineSuite("blocks", { concurrency: 1, cases: [{ id: "1", input: 1 }, { id: "2", input: 2 }], task: async (i: number) => {
  if (i === 1) return i;
  await wait(50);
  writeSync(1, \`blocked \${process.pid};\\n\`);
  for (;;);
} });`;

test("Ctrl-C ends a case that blocks its process after seconds, and reports what was done", async () => {
  const cwd = makeEvalProject({ "a.eval.ts": blocking });
  const command = startTroupe(["eval"], { cwd });
  await command.printed("blocked", "stderr");
  command.process.kill("SIGINT");
  expect((await command.ended).code).toBe(130);
  const { run, folder } = await readOnlyRun(cwd);
  expect(run.suites[0]).toMatchObject({ cases: [{ id: "1" }], unended: ["2"] });
  expect(existsSync(join(folder, "report.html"))).toBe(true);
});

test("a case that blocks its process for longer than its time ends with it, and is named", async () => {
  const cwd = makeEvalProject({
    "a.eval.ts": blocking.replace("concurrency: 1", "concurrency: 1, timeoutMs: 500"),
    "good.eval.ts": good,
  });
  const { stdout, stderr, code } = await runTroupe(["eval"], { cwd });
  expect([code, stderr]).toEqual([1, expect.stringContaining("A case blocked its process for 500 ms")]);
  expect(stdout).toContain("✗ blocks (a.eval.ts): 1 of 2 cases did not end. Begun and not ended: 2.");
  expect(stdout).toMatch(/^good +100 %/m);
});

test("a second Ctrl-C ends it at once, with its workers", async () => {
  const cwd = makeEvalProject({ "a.eval.ts": blocking });
  const command = startTroupe(["eval"], { cwd });
  const pid = Number(/blocked (\d+);/.exec(await command.printed(";", "stderr"))?.[1]);
  command.process.kill("SIGINT");
  await command.printed("Stopping", "stderr");
  const stopping = performance.now();
  // Within 300 ms it would be the same key press, which npm hands on a second time.
  await vi.waitUntil(() => performance.now() - stopping > 320);
  command.process.kill("SIGINT");
  expect((await command.ended).code).toBe(130);
  expect(performance.now() - stopping).toBeLessThan(2_500);
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 5_000 });
});

test("suites and graphs import by the paths of the tsconfig.json", async () => {
  const cwd = makeEvalProject({
    "a.eval.ts": `import { greet } from "@/greet.ts";
      defineSuite("by import", { task: greet, cases: [{ input: 1 }], scorers: [function said({ output }) { return output === "Hi." }] });
      defineSuite("by id", { graph: "desk", cases: [{ input: "x", expected: { answer: "Hi." } }], scorers: [answer] });
      import { answer } from ${JSON.stringify(join(import.meta.dirname, "../evals/index.ts"))};`,
  });
  mkdirSync(join(cwd, "src"));
  const files = {
    "src/greet.ts": 'export const greet = () => "Hi.";',
    "src/desk.ts": `import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
      import { greet } from "@/greet.ts";
      export const graph = new StateGraph(MessagesAnnotation)
        .addNode("greet", () => ({ messages: [{ role: "assistant", content: greet() }] })).addEdge(START, "greet").compile();`,
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
    "langgraph.json": '{ "graphs": { "desk": "./src/desk.ts:graph" } }',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const { stdout, code } = await runTroupe(["eval"], { cwd });
  expect([stdout, code]).toEqual([expect.stringMatching(/^by id +100 %.*\nby import +100 %/), 0]);
});

test("where nothing can be run it says what it looked for, keeps nothing, and ends with 2; a suite that does not load is a run that failed", async () => {
  const cwd = makeEvalProject({ "a.eval.ts": good });
  const results = await Promise.all(
    [
      ["eval", "none"],
      ["eval", "--case", "three"],
      ["eval", "--tag", "none"],
      ["eval", "--model", "nobody:x"],
      ["eval", "--repeat", "0"],
    ].map((args) => runTroupe(args, { cwd })),
  );
  expect(results.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
  const nothing = `error: There is no suite below "${cwd}" that the command asks for: `;
  expect(results[0]!.stderr).toContain(`${nothing}files with "none".\nhint: `);
  expect(results[1]!.stderr).toContain(`${nothing}cases with "three".\nhint: `);
  mkdirSync(join(cwd, "dist"));
  renameSync(join(cwd, "a.eval.ts"), join(cwd, "dist/a.eval.ts"));
  expect((await runTroupe(["eval"], { cwd })).stderr).toContain(`There is no suite below "${cwd}".`);
  expect(await readdir(join(cwd, ".troupe/evals"))).toEqual([]);
  const broken = makeEvalProject({ "a.eval.ts": 'throw new Error("at the top");' });
  expect((await runTroupe(["eval", "--update-baseline"], { cwd: broken })).stderr).toContain("No case ran");
  expect(existsSync(join(broken, "evals/baseline.jsonl"))).toBe(false);
  const absent = await runTroupe(["eval", "--baseline", "evals/basline.jsonl"], { cwd: broken });
  expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining('no baseline "evals/basline.jsonl"') });
  writeFileSync(join(broken, "runs"), "");
  const full = await runTroupe(["eval", "--output", "runs"], { cwd: broken });
  expect(full).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/No run can be kept in "runs".*\nhint: .*--output/),
  });
  const bare = await runTroupe(["eval"], { cwd: makeTemporaryFolder() });
  expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining("npm install --save-dev vitest@5") });
});

test("--update-baseline shows what it accepts, and from then on a fall fails the gate", async () => {
  const cwd = makeEvalProject({ "a.eval.ts": good });
  const accepted = await runTroupe(["eval", "--update-baseline"], { cwd });
  expect(accepted).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /This run becomes the baseline\.\nThe gate had nothing to compare with\. .*\nevals\/baseline\.jsonl holds 2 cases now\./,
    ),
  });
  writeFileSync(
    join(cwd, "a.eval.ts"),
    readFileSync(join(cwd, "a.eval.ts"), "utf8").replace("=> i,", "=> { if (i === 1) throw new Error('no'); },"),
  );
  const fallen = await runTroupe(["eval", "--json"], { cwd });
  expect(fallen.code).toBe(1);
  const { folder, gate } = JSON.parse(fallen.stdout) as { folder: string; gate: { findings: object[] } };
  const place = "a.eval.ts, case 1";
  expect(gate.findings[0]).toMatchObject({ kind: "regression", suite: "good", id: "one", place });
  expect(await readFile(join(cwd, folder, "report.md"), "utf8")).toContain("| good | 50 % (9–91) | −50.0 | 2 |");
  expect((await runTroupe(["eval", "--update-baseline"], { cwd })).code).toBe(0);
});

test("no text of a model, a case or an argument moves the cursor of the terminal or turns its text around", async () => {
  const cwd = makeEvalProject({
    "a.eval.ts": `defineSuite("hostile\\u009B2J", { task: (i: string) => i, cases: [{ id: "one\\u001B[2J", input: "said \\u202E\\u0007" }],
      scorers: [function fair({ output }: { output: string }) { return { score: 0, comment: output + Math.random() + process.env.MORE }; }] });`,
  });
  const results = [
    await runTroupe(["eval", "--update-baseline"], { cwd }),
    await runTroupe(["eval", "--case", "hostile"], { cwd, env: { MORE: "\u001B[31mred" } }),
    await runTroupe(["eval", "diff", "baseline", "latest"], { cwd }),
    await runTroupe(["eval", "diff", "baseline", "\u202Enone", "--verbose"], { cwd }),
  ];
  const printed = results.map(({ stdout, stderr }) => stdout + stderr);
  // oxlint-disable-next-line no-control-regex -- these are the characters meant
  for (const text of printed) expect(text).not.toMatch(/[\u0007\u001B\u009B\u202E]/);
  expect(printed[0]).toContain("hostile⟨U+009B⟩2J > one⟨U+001B⟩[2J");
  expect(printed[1]).toContain("said ⟨U+202E⟩⟨U+0007⟩");
  expect(printed[3]).toContain('"⟨U+202E⟩none"');
});

test("--tag and --limit run a part, which is told as one, held against its own cases, and updates no other", async () => {
  const suites = ["first", "second"].map(
    (name) => `defineSuite("${name}", { task: (i: number) => i, threshold: { pass: 1 },
        scorers: [function small({ output }: { output: number }) { return output < 9; }], cases: [
          { id: "1", input: 1, tags: ["a"] }, { id: "2", input: 2, tags: ["b"] }, { id: "3", input: 3, tags: ["a", "c"] }, { id: "4", input: 4 } ] });`,
  );
  const cwd = makeEvalProject({ "a.eval.ts": suites.join("\n"), "b.eval.ts": good });
  const read = async () => (await readFile(join(cwd, "evals/baseline.jsonl"), "utf8")).trim().split("\n").slice(1);
  await runTroupe(["eval", "--update-baseline", "--output", "whole"], { cwd });
  const before = await read();
  expect(before).toHaveLength(10);

  const file = readFileSync(join(cwd, "a.eval.ts"), "utf8");
  writeFileSync(join(cwd, "a.eval.ts"), file.replaceAll("output < 9", "output < 3"));
  const passed = await runTroupe(["eval", "--tag", "a", "--tag", "b", "--limit", "2"], { cwd });
  const { run, folder } = await readOnlyRun(cwd);
  expect(run.suites.map(({ name, planned, cases }) => [name, planned, cases.map(({ id }) => id)])).toEqual([
    ["first", 2, ["1", "2"]],
    ["second", 2, ["1", "2"]],
  ]);
  const part = 'Only a part was run: cases tagged "a" or "b", the first 2 of each suite.';
  expect(passed).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`^${part}\n`)) });
  const [, markdown] = (await readFile(join(folder, "report.md"), "utf8")).split("\n\n");
  expect(markdown).toContain('**Only a part was run:** cases tagged "a" or "b", the first 2 of each suite.');
  expect(await readFile(join(folder, "report.html"), "utf8")).toContain("<b>Only a part was run:</b> cases tagged");
  expect(await readFile(join(folder, "junit.xml"), "utf8")).toContain('<testsuites name="Only a part was run: cases');
  expect(existsSync(join(cwd, ".troupe/evals/history.jsonl"))).toBe(false);

  const fallen = await runTroupe(["eval", "first", "a.eval", "--tag", "c"], { cwd });
  expect(fallen).toMatchObject({ code: 1, stdout: expect.stringContaining("✗ first > 3") });
  expect(fallen.stdout).toContain('Only a part was run: files with "first" or "a.eval", cases tagged "c".');
  expect((await runTroupe(["eval", "--case", "first", "--tag", "c", "--update-baseline"], { cwd })).code).toBe(0);
  const after = await read();
  expect(after.filter((line) => !before.includes(line)).map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ suite: "first", id: "3", pass_rate: 0 }),
  ]);
  expect(after).toHaveLength(10);
});

test("a fall fails the gate only where the case falls each time", async () => {
  const cwd = makeEvalProject({
    "a.eval.ts": `let tries = 0;
      const scorers = [function ok({ output }: { output: number }) { return output >= 1; }];
      defineSuite("flaky", { task: () => ++tries, cases: [{ id: "one", input: 1 }], scorers });`,
  });
  const demand = (least: number) => {
    const text = readFileSync(join(cwd, "a.eval.ts"), "utf8").replace(/output >= \d/, `output >= ${least}`);
    writeFileSync(join(cwd, "a.eval.ts"), text);
  };
  expect(await runTroupe(["eval", "--update-baseline"], { cwd })).toMatchObject({ code: 0 });
  demand(2);
  expect(await runTroupe(["eval"], { cwd })).toMatchObject({ code: 0 });
  demand(9);
  const { code, stdout } = await runTroupe(["eval"], { cwd });
  expect([code, stdout]).toEqual([1, expect.stringContaining("It passed before and fails now, in each of 5 tries.")]);
});

test("new cases that all throw, and a scorer that throws, fail the gate, also where they are accepted", async () => {
  const cwd = makeEvalProject({
    "a.eval.ts": `${good.replace("=> i,", "=> { throw new Error('no'); },")}
      defineSuite("scored", { task: (i: number) => i, cases: [{ id: "one", input: 1 }],
        scorers: [function broken() { throw new TypeError("no peer"); }] });`,
  });
  for (const options of [[], ["--update-baseline"], []]) {
    const { stdout, code } = await runTroupe(["eval", ...options], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain(
      "✗ good (a.eval.ts): All 2 trials ended in an error that no case expects, the first at a.eval.ts, case 1: Error: no",
    );
    expect(stdout).toContain(
      '✗ scored (a.eval.ts): The scorer "broken" threw in 1 of 1 cases, the first at a.eval.ts, case 1: TypeError: no peer',
    );
  }
});

test("--update-baseline does not forget the cases of a suite that broke, and does not pass it", async () => {
  const cwd = makeEvalProject({ "a.eval.ts": good, "b.eval.ts": good.replace("good", "other") });
  await runTroupe(["eval", "--update-baseline"], { cwd });
  const before = await readFile(join(cwd, "evals/baseline.jsonl"), "utf8");
  writeFileSync(join(cwd, "b.eval.ts"), "throw new Error('broken');");
  expect((await runTroupe(["eval", "--update-baseline"], { cwd })).code).toBe(1);
  const after = await readFile(join(cwd, "evals/baseline.jsonl"), "utf8");
  const casesOf = (text: string) =>
    text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line) as object);
  expect(casesOf(after)).toEqual(casesOf(before));
});

const seeing = `defineSuite("sees", { cases: [{ id: "all", input: 1 }], task: async () => ({
  key: process.env.OPENAI_API_KEY ?? null,
  model: process.env.MODEL_SMART ?? null,
  out: await fetch("http://models.example.invalid/").then(() => "reached", (error) => error.code ?? error.cause?.code),
}) });`;
const env = { OPENAI_API_KEY: "k", MODEL_SMART: "openai:m", TROUPE_FORBID_MODEL_CALLS: "false" };
const seen = async (cwd: string) => (await readOnlyRun(cwd)).run.suites[0]?.cases[0]?.trials[0]?.observation.output;

test("without --live suites see no key, and nothing leaves this machine", async () => {
  const cwd = makeEvalProject({ "a.eval.ts": seeing });
  expect((await runTroupe(["eval"], { cwd, env })).code).toBe(0);
  expect(await seen(cwd)).toEqual({ key: null, model: null, out: "model_calls_forbidden" });
});

test("--model is the model of all roles, with the keys of the environment", async () => {
  const cwd = makeEvalProject({ "a.eval.ts": seeing.replace(/fetch.*,\n/, '"nothing",\n') });
  expect((await runTroupe(["eval", "--model", "openai:other"], { cwd, env })).code).toBe(0);
  expect(await seen(cwd)).toEqual({ key: "k", model: "openai:other", out: "nothing" });
  const { environment } = (await readOnlyRun(cwd)).run;
  expect(environment).toMatchObject({ live: true, models: { fast: "openai:other", smart: "openai:other" } });
});

test("traces arrive at LangSmith where its variables turn them on", async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString("latin1")}`);
      response.setHeader("content-type", "application/json").end("{}");
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => server.close().closeAllConnections());
  await vi.waitUntil(() => server.listening);
  const cwd = makeEvalProject({
    "a.eval.ts": `import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
      const answer = () => ({ messages: [{ role: "assistant", content: "Low water at noon." }] });
      const graph = new StateGraph(MessagesAnnotation).addNode("answer", answer).addEdge(START, "answer");
      defineSuite("traced", { graph, cases: [{ input: "When is low water?" }] });`,
  });
  const LANGSMITH_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tracing = { LANGSMITH_TRACING: "true", LANGSMITH_ENDPOINT, LANGSMITH_API_KEY: "k" };
  expect((await runTroupe(["eval"], { cwd, env: tracing })).code).toBe(0);
  expect(bodies.filter((body) => body.startsWith("POST ")).join("\n")).toContain("Low water at noon.");
});
