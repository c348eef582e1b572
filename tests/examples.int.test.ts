import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Client } from "@langchain/langgraph-sdk";
import { expect, onTestFinished, test } from "vitest";
import { makeTemporaryFolder } from "./fixtures/make-temporary-folder.ts";
import { runTroupe } from "./fixtures/run-troupe.ts";

const root = resolve(import.meta.dirname, "..");

test("the example answers under /agents beside the app's own page, and ends on SIGINT", async () => {
  const child = spawn(process.execPath, ["examples/mount-in-express.ts"], {
    cwd: root,
    env: { ...process.env, PORT: "0", TROUPE_DATA: makeTemporaryFolder() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString().trim();
  expect(await (await fetch(url)).text()).toContain("The shop.");
  const client = new Client({ apiUrl: `${url}/agents`, apiKey: null });
  const input = { messages: [{ role: "user", content: "What is 12 * 7?" }] };
  const values = (await client.runs.wait(null, "orchestrator", { input })) as { messages: { content: string }[] };
  expect(values.messages.at(-1)?.content).toContain("84");
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("the example suite passes, and its report names its five cases", async () => {
  const output = makeTemporaryFolder();
  const { code, stdout } = await runTroupe(["eval", "examples/refund-desk", "--output", output], { cwd: root });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/refund desk +100 %.* 5 cases/)]);
});
