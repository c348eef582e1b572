import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readRun } from "../evals/results/run-folder.ts";
import { startProviderServer } from "../testing/index.ts";

/** What `troupe eval` itself costs: 1,000 trivial cases, and 100 cases with a model that answers after a second. */
const root = fileURLToPath(new URL("..", import.meta.url));
const main = join(root, "cli/main.ts");
const provider = await startProviderServer({
  chat: () => new Promise((resolve) => setTimeout(resolve, 1_000, "Good day.")),
});

const head = `import { defineSuite } from ${JSON.stringify(join(root, "evals/index.ts"))};
const cases = (count) => Array.from({ length: count }, (_, index) => ({ input: \`question \${index}\` }));
`;
const model = (concurrency: number) => `${head}
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { selectModel } from ${JSON.stringify(join(root, "models/index.ts"))};
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

/** Runs a suite by the real command, and prints how long that took from the start of the process to its end. */
async function measure(name: string, suite: string, limit: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-bench-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "bench.eval.ts"), suite);
  const started = performance.now();
  const args = ["eval", "--live", "--json", "--output", "runs"];
  const env = { ...process.env, MODEL_SMART: "openai:slow", OPENAI_BASE_URL: provider.url };
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder, env });
  const seconds = (performance.now() - started) / 1_000;
  const result = await readRun(join(folder, (JSON.parse(stdout) as { folder: string }).folder));
  const [{ started_at, ended_at, cases } = { started_at: "", ended_at: "", cases: [] }] = result.suites;
  const own = (Date.parse(ended_at) - Date.parse(started_at)) / 1_000;
  const shown = `${seconds.toFixed(1)} s in all, ${own.toFixed(1)} s of it the suite's; at most ${limit} s`;
  console.log(`${name.padEnd(48)} ${cases.length} cases, ${shown}`);
  rmSync(folder, { recursive: true });
}
