import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { readRun } from "../evals/results/run-folder.ts";
import { startProviderServer } from "../testing/index.ts";
import { installPackage } from "../tests/fixtures/install-package.ts";

/**
 * What `troupe eval` itself costs in a project that has installed the package: 1,000 trivial cases, and 100 cases with a model that
 * answers after a second.
 */
execFileSync("npm", ["run", "--silent", "build"], { cwd: resolve(import.meta.dirname, ".."), stdio: "inherit" });
const project = mkdtempSync(join(tmpdir(), "troupe-bench-"));
const main = join(installPackage(project), "cli/troupe.js");
const provider = await startProviderServer({
  chat: () => new Promise((resolveLater) => setTimeout(resolveLater, 1_000, "Good day.")),
});

const head = `import { defineSuite } from "troupe/evals";
const cases = (count) => Array.from({ length: count }, (_, index) => ({ input: \`question \${index}\` }));
`;
const model = (concurrency: number) => `${head}
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { selectModel } from "troupe/models";
const graph = new StateGraph(MessagesAnnotation)
  .addNode("answer", async ({ messages }) => ({ messages: [await selectModel("smart").invoke(messages)] }))
  .addEdge(START, "answer");
const good = ({ text }) => text === "Good day.";
defineSuite("model", { graph, cases: cases(100), scorers: [good], concurrency: ${concurrency} });
`;

const trivial = `${head}
const same = ({ output, case: { input } }) => output === input;
defineSuite("trivial", { task: (input) => input, cases: cases(1000), scorers: [same] });
`;

await measure("1,000 trivial cases", trivial, 10);
for (const concurrency of [10, 25]) {
  await measure(`100 cases, a model of 1 s, concurrency ${concurrency}`, model(concurrency), (1.5 * 100) / concurrency);
}
await provider[Symbol.asyncDispose]();
rmSync(project, { recursive: true });

/** Runs a suite by the real command, and prints how long that took from the start of the process to its end. */
async function measure(name: string, suite: string, limit: number): Promise<void> {
  writeFileSync(join(project, "bench.eval.ts"), suite);
  const started = performance.now();
  const args = ["eval", "--live", "--json", "--output", "runs"];
  const env = { ...process.env, MODEL_SMART: "openai:slow", OPENAI_BASE_URL: provider.url };
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { cwd: project, env });
  const seconds = (performance.now() - started) / 1_000;
  const result = await readRun(join(project, (JSON.parse(stdout) as { folder: string }).folder));
  const [{ started_at, ended_at, cases } = { started_at: "", ended_at: "", cases: [] }] = result.suites;
  const own = (Date.parse(ended_at) - Date.parse(started_at)) / 1_000;
  const shown = `${seconds.toFixed(1)} s in all, ${own.toFixed(1)} s of it the suite's; at most ${limit} s`;
  console.log(`${name.padEnd(48)} ${cases.length} cases, ${shown}`);
}
