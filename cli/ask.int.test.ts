import { expect, test } from "vitest";
import { makeProject, runTroupe, startServe } from "../tests/fixtures/run-troupe.ts";

test("the answer goes to stdout, the steps to stderr, with how to go on", async () => {
  const cwd = makeProject(["echo", "steps"]);
  await startServe(cwd);
  const { stdout, stderr, code } = await runTroupe(["ask", "--graph", "echo", "Hello there"], { cwd });
  expect({ stdout, code }).toEqual({ stdout: "You said Hello there\n", code: 0 });
  expect(stderr).toMatch(/Go on with: npx troupe ask --thread [0-9a-f-]{36} "…"/);
});

test("--thread goes on with a thread, in the graph that it began with", async () => {
  const cwd = makeProject(["echo", "steps"]);
  await startServe(cwd);
  const first = await runTroupe(["ask", "--graph", "echo", "--json", "One"], { cwd });
  const { thread_id } = JSON.parse(first.stdout) as { thread_id: string };
  const second = await runTroupe(["ask", "--thread", thread_id, "--json", "Two"], { cwd });
  expect(JSON.parse(second.stdout)).toMatchObject({ thread_id, answer: "You said Two" });
});

test("of several graphs none of which is the orchestrator, one must be named", async () => {
  const cwd = makeProject(["echo", "steps"]);
  await startServe(cwd);
  const { stderr, code } = await runTroupe(["ask", "Hello"], { cwd });
  expect(stderr).toMatch(/^error: .*2 graphs.*\nhint: Name one with --graph: echo, steps\.\n$/);
  expect(code).toBe(1);
});

test("a JSON object is the input itself, and of a graph without messages the final values are printed", async () => {
  const cwd = makeProject(["steps"]);
  await startServe(cwd);
  const { stdout, stderr } = await runTroupe(["ask", '{"topic":"tides"}'], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({ log: ["first tides", "second", "third"] });
  expect(stderr).toContain("· first\n· second\n· third\n");
});

test("a graph that waits for a person shows what it asks", async () => {
  const cwd = makeProject(["approval"]);
  await startServe(cwd);
  const { stderr } = await runTroupe(["ask", '{"topic":"tides"}'], { cwd });
  expect(stderr).toMatch(/waiting for a person: .*Publish tides\?/);
});

test("on a thread that waits for a person, the text is the answer, and JSON its value", async () => {
  const cwd = makeProject(["approval"]);
  await startServe(cwd);
  for (const [text, answered] of [
    ["yes, tomorrow", "answered yes, tomorrow"],
    ["[1, 2]", "answered 1,2"],
  ] as const) {
    const asked = await runTroupe(["ask", '{"topic":"tides"}'], { cwd });
    const thread = /Answer it with: npx troupe ask --thread (\S+) "…"/.exec(asked.stderr)![1]!;
    const { stdout, code } = await runTroupe(["ask", "--thread", thread, text], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ topic: "tides", log: [answered, "published"] });
    expect(code).toBe(0);
  }
});

test("--data asks the server of that folder, and the hint names it", async () => {
  const cwd = makeProject(["echo"]);
  await startServe(cwd, ["--data", "kept"]);
  const { stdout, stderr } = await runTroupe(["ask", "--data", "kept", "Hello"], { cwd });
  expect(stdout).toBe("You said Hello\n");
  expect(stderr).toMatch(/Go on with: npx troupe ask --thread \S+ --data kept "…"/);
});

test("--url without a scheme is http", async () => {
  const cwd = makeProject(["echo"]);
  const { url } = await startServe(cwd);
  const { stdout } = await runTroupe(["ask", "--url", new URL(url).host, "Hello"], { cwd });
  expect(stdout).toBe("You said Hello\n");
});

const served = await fetch("http://localhost:2024/ok").then(
  () => true,
  () => false,
);

// Skipped where this machine has a server at the default port: that one would answer.
test.skipIf(served)("where no server is recorded, the error says so and that the port is the default", async () => {
  const { stderr, code } = await runTroupe(["ask", "--data", "kept", "Hello"]);
  expect(stderr).toMatch(
    /^error: No server is recorded for ".*kept", and none answers at the default port 2024: .+\nhint: /,
  );
  expect(code).toBe(1);
});

test("where the server of a data folder has crashed, the error names the folder and the address", async () => {
  const cwd = makeProject(["echo"]);
  const { process: server, ended, url } = await startServe(cwd);
  server.kill("SIGKILL");
  await ended;
  const { stderr, code } = await runTroupe(["ask", "Hello"], { cwd });
  const { port } = new URL(url);
  expect(stderr).toMatch(new RegExp(`^error: The server of ".*\\.troupe" does not answer at ".*:${port}".*\nhint: .+`));
  expect(code).toBe(1);
});

test("a run that fails is an error with exit code 1", async () => {
  const cwd = makeProject(["failing"]);
  await startServe(cwd);
  const { stderr, code } = await runTroupe(["ask", '{"topic":"tides"}'], { cwd });
  expect(stderr).toMatch(/error: The run failed: .*\nhint: /);
  expect(code).toBe(1);
});

test("an unknown thread is the server's error with the server's hint", async () => {
  const cwd = makeProject(["echo"]);
  await startServe(cwd);
  const thread = "00000000-0000-7000-8000-000000000000";
  const { stderr, code } = await runTroupe(["ask", "--thread", thread, "Hello"], { cwd });
  expect(stderr).toMatch(new RegExp(`^error: .*${thread}.*\nhint: .*POST /threads`));
  expect(code).toBe(1);
});

test("a server with a key is asked with TROUPE_API_KEY, and refuses without", async () => {
  const cwd = makeProject(["echo"]);
  const { url } = await startServe(cwd, [], { TROUPE_API_KEY: "open-sesame" });
  const args = ["ask", "--url", url, "Hello"];
  expect((await runTroupe(args, { cwd, env: { TROUPE_API_KEY: "open-sesame" } })).stdout).toContain("You said Hello");
  const refused = await runTroupe(args, { cwd });
  expect(refused.stderr).toMatch(/^error: .*\nhint: .*(?:TROUPE_API_KEY|x-api-key)/);
  expect(refused.code).toBe(1);
});
