import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeProject, runTroupe, startServe } from "../tests/fixtures/run-troupe.ts";
import type { Finding } from "./checks/finding.ts";

async function diagnose(cwd: string, env?: Record<string, string>) {
  const { stdout, code } = await runTroupe(["doctor", "--json"], { cwd, env });
  const findings = JSON.parse(stdout) as Finding[];
  return { code, find: (name: string) => findings.find((finding) => finding.name === name) };
}

test("in a sound project nothing fails, and the embedded model is a warning with its fix", async () => {
  const { code, find } = await diagnose(makeProject(["echo"]));
  expect(code).toBe(0);
  expect(find("graphs")).toMatchObject({ status: "ok", message: expect.stringContaining("echo") });
  expect(find("node")).toMatchObject({ status: "ok" });
  expect(find("data folder")).toMatchObject({ status: "ok" });
  expect(find("chroma")).toMatchObject({ status: "ok" });
  expect(find("model: smart")).toMatchObject({ status: "warn", fix: expect.stringContaining("key") });
});

test("a graph that cannot be loaded fails with its fix", async () => {
  const cwd = makeProject(["echo"]);
  writeFileSync(join(cwd, "langgraph.json"), '{ "graphs": { "gone": "./gone.ts:graph" } }');
  const { code, find } = await diagnose(cwd);
  expect(code).toBe(1);
  expect(find("graphs")).toMatchObject({
    status: "fail",
    message: expect.stringContaining("gone.ts"),
    fix: expect.any(String),
  });
});

test("a model whose key is missing fails with its fix", async () => {
  const { code, find } = await diagnose(makeProject(["echo"]), { MODEL_SMART: "openai:gpt-5.4" });
  expect(code).toBe(1);
  expect(find("models")).toMatchObject({ status: "fail", fix: expect.stringContaining("OPENAI_API_KEY") });
});

test("a CHROMA_URL that does not answer fails with its fix", async () => {
  const { code, find } = await diagnose(makeProject(["echo"]), { CHROMA_URL: "http://127.0.0.1:9" });
  expect(code).toBe(1);
  expect(find("chroma")).toMatchObject({ status: "fail", fix: expect.stringContaining("CHROMA_URL") });
});

test("a data folder that cannot be one fails with its fix", async () => {
  const cwd = makeProject(["echo"]);
  writeFileSync(join(cwd, "file"), "");
  const { code, find } = await diagnose(cwd, { TROUPE_DATA: join(cwd, "file") });
  expect(code).toBe(1);
  expect(find("data folder")).toMatchObject({ status: "fail", fix: expect.stringContaining("TROUPE_DATA") });
});

test.runIf(process.platform === "linux")(
  "a data folder where none can be made fails and keeps nobody waiting",
  async () => {
    const { find } = await diagnose(makeProject(["echo"]), { TROUPE_DATA: "/proc/troupe" });
    expect(find("data folder")).toMatchObject({ status: "fail", message: expect.stringContaining("/proc/troupe") });
  },
);

test.skipIf(process.platform === "win32")("the data folder that it makes is this user's alone", async () => {
  const cwd = makeProject(["echo"]);
  await diagnose(cwd);
  expect(statSync(join(cwd, ".troupe")).mode & 0o777).toBe(0o700);
});

test("a server that runs here is found", async () => {
  const cwd = makeProject(["echo"]);
  const { url } = await startServe(cwd);
  const { find } = await diagnose(cwd);
  expect(find("server")).toMatchObject({ status: "ok", message: expect.stringContaining(new URL(url).port) });
});

test("each line for people begins with ok, warn or fail", async () => {
  const { stdout } = await runTroupe(["doctor"], { cwd: makeProject(["echo"]) });
  for (const line of stdout.trimEnd().split("\n")) expect(line).toMatch(/^(ok|warn|fail) |^ +fix: /);
});
