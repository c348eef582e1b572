import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { makeProject, runTroupe, startServe, startTroupe } from "../tests/fixtures/run-troupe.ts";

const isAlive = (url: string) =>
  fetch(`${url}/ok`).then(
    (response) => response.ok,
    () => false,
  );

test("it prints the address, the graphs, the models, where data is kept, and the address of Studio", async () => {
  const folder = makeProject(["echo", "steps"]);
  const { text, url } = await startServe(folder);
  for (const line of ["echo, steps", "smart: embedded", join(folder, ".troupe"), `baseUrl=${url}`]) {
    expect(text).toContain(line);
  }
  expect(await isAlive(url)).toBe(true);
});

test("its example asks about Troupe where the orchestrator and Troupe's documents are served, else the first graph", async () => {
  const config = resolve(import.meta.dirname, "../langgraph.json");
  const question = 'npx troupe ask --data kept "How does Troupe resume';
  const folder = makeProject(["steps", "echo"]);
  expect((await startServe(folder, ["--config", config, "--data", "kept"])).text).toContain(question);
  expect((await startServe(folder)).text).toContain('Ask it:  npx troupe ask --graph steps "…"');
  const { text } = await startServe(folder, ["--config", config, "--no-knowledge", "--data", "other"]);
  expect(text).toContain('Ask it:  npx troupe ask --data other --graph orchestrator "…"');
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with exit code 0 and takes its address back", async (signal) => {
  const folder = makeProject(["echo"]);
  const server = await startServe(folder);
  const file = join(folder, ".troupe/server.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: server.process.pid });
  server.process.kill(signal);
  const { code, stderr } = await server.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(existsSync(file)).toBe(false);
  expect(await isAlive(server.url)).toBe(false);
});

test("a second server on a data folder says so, and leaves the first one recorded", async () => {
  const folder = makeProject(["echo"]);
  const file = join(folder, ".troupe/server.json");
  const first = await startServe(folder);
  const recorded = readFileSync(file, "utf8");
  const second = await startServe(folder);
  expect(second.text).toContain(`:${new URL(first.url).port} serves "${join(folder, ".troupe")}" already`);
  expect(second.text).toMatch(
    new RegExp(`npx troupe ask --url http://\\S+:${new URL(second.url).port} --graph echo "…"`),
  );
  second.process.kill("SIGTERM");
  await second.ended;
  expect(readFileSync(file, "utf8")).toBe(recorded);
});

test("the record of a server that crashed is replaced", async () => {
  const folder = makeProject(["echo"]);
  const first = await startServe(folder);
  first.process.kill("SIGKILL");
  await first.ended;
  const second = await startServe(folder);
  expect(second.text).not.toContain("already");
  expect(JSON.parse(readFileSync(join(folder, ".troupe/server.json"), "utf8"))).toMatchObject({
    pid: second.process.pid,
  });
});

test("Ctrl-C that npm hands on a second time is one Ctrl-C", async () => {
  const server = await startServe(makeProject(["echo"]));
  server.process.kill("SIGINT");
  server.process.kill("SIGINT");
  expect(await server.ended).toMatchObject({ code: 0 });
});

/** A project whose only graph has one node, with this body, and a way to start a run of it. */
async function serveNode(body: string) {
  const folder = makeProject([]);
  writeFileSync(
    join(folder, "one.mjs"),
    `import { StateGraph, START, Annotation } from ${JSON.stringify(import.meta.resolve("@langchain/langgraph"))};
export const one = new StateGraph(Annotation.Root({ a: Annotation }))
  .addNode("work", async () => { ${body} }).addEdge(START, "work");\n`,
  );
  writeFileSync(join(folder, "langgraph.json"), JSON.stringify({ graphs: { one: "./one.mjs:one" } }));
  const server = await startServe(folder, ["--no-knowledge"]);
  const run = (way: "stream" | "wait") =>
    fetch(`${server.url}/runs/${way}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ assistant_id: "one", input: { a: 1 } }),
    });
  return { server, run };
}

const neverEnds = "return new Promise(() => setInterval(() => {}, 1000));";

test("a second Ctrl-C ends it although a run goes on", async () => {
  const { server, run } = await serveNode(neverEnds);
  await (await run("stream")).body!.getReader().read();
  server.process.kill("SIGINT");
  await server.printed("Stopping");
  await later(350); // Beyond what counts as one key press.
  server.process.kill("SIGINT");
  expect(await server.ended).toMatchObject({ code: 130 });
});

test("a node that never ends does not keep it past its deadline", { timeout: 15_000 }, async () => {
  const { server, run } = await serveNode(neverEnds);
  await (await run("stream")).body!.getReader().read();
  server.process.kill("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 0 });
});

test.each([
  ["a promise that rejects", 'void Promise.reject(new Error("adrift"));'],
  ["a timer that throws", 'setTimeout(() => { throw new Error("adrift"); });'],
  ["a promise that rejects with what the console cannot show", "void Promise.reject(unshowable);"],
])("%s and that a node leaves behind does not end it", async (_, fault) => {
  const unshowable =
    'const unshowable = { [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("unreadable"); } };';
  const { server, run } = await serveNode(
    `${unshowable} ${fault} await new Promise((resolve) => setTimeout(resolve, 20)); return { a: 2 };`,
  );
  expect(await (await run("wait")).json()).toEqual({ a: 2 });
  expect(await isAlive(server.url)).toBe(true);
  server.process.kill("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing has caught") });
});

test("a port that was asked for and is taken is an error with a hint", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  const { stderr, code } = await runTroupe(["serve", "--port", String(port)], { cwd: makeProject(["echo"]) });
  expect(stderr).toMatch(new RegExp(`^error: .*"?${port}"?.*\nhint: .+`));
  expect(code).toBe(1);
});

test("with no port asked for it takes 2024, or the next free one and says so", async () => {
  const server = startTroupe(["serve"], { cwd: makeProject(["echo"]) });
  const text = await server.printed("Ctrl-C stops it.");
  const port = Number(/localhost:(\d+)/.exec(text)![1]);
  expect(port).toBeGreaterThanOrEqual(2024);
  expect(text.includes(`The port 2024 is taken, so Troupe takes ${port}.`)).toBe(port !== 2024);
});

test("beyond this machine it demands a key or --insecure", async () => {
  const { stderr, code } = await runTroupe(["serve", "--host", "0.0.0.0"], { cwd: makeProject(["echo"]) });
  expect(stderr).toMatch(/hint: .*TROUPE_API_KEY.*--insecure/);
  expect(code).toBe(1);
});

test("a missing langgraph.json is an error that names the file", async () => {
  const { stderr, code } = await runTroupe(["serve", "--config", "nowhere/langgraph.json"]);
  expect(stderr).toMatch(/^error: .*nowhere\/langgraph\.json" does not exist.*\nhint: /);
  expect(code).toBe(1);
});

test("docs/ beside langgraph.json is ingested on the first start, and again where it changed", async () => {
  const folder = makeProject(["echo"]);
  mkdirSync(join(folder, "docs"));
  writeFileSync(join(folder, "docs/a.md"), "# Tides\n\nThe tide comes twice a day.\n");
  const documents = async (run: (url: string) => Promise<void> = async () => {}) => {
    const server = await startServe(folder);
    await run(server.url);
    const { documents: count } = (await (await fetch(`${server.url}/knowledge`)).json()) as { documents: number };
    server.process.kill("SIGINT");
    await server.ended;
    return count;
  };
  expect(await documents()).toBe(1);
  writeFileSync(join(folder, "docs/b.md"), "# Moon\n\nThe moon pulls.\n");
  expect(await documents()).toBe(2);
});

test("a knowledge base that a person has filled gets no docs/", async () => {
  const folder = makeProject(["echo"]);
  mkdirSync(join(folder, "docs"));
  writeFileSync(join(folder, "docs/a.md"), "# Tides\n\nThe tide comes twice a day.\n");
  writeFileSync(join(folder, "own.md"), "# Own\n\nMine.\n");
  expect(await runTroupe(["ingest", "own.md", "--data", ".troupe"], { cwd: folder })).toMatchObject({ code: 0 });
  const { url } = await startServe(folder);
  expect(await (await fetch(`${url}/knowledge`)).json()).toMatchObject({ documents: 1 });
});

test("--no-knowledge serves without a knowledge base, and --data keeps all in that folder", async () => {
  const folder = makeProject(["echo"]);
  const { url, text } = await startServe(folder, ["--no-knowledge", "--data", "kept"]);
  expect((await fetch(`${url}/knowledge`)).status).toBe(404);
  expect(text).toContain(resolve(folder, "kept"));
  expect(existsSync(join(folder, ".troupe"))).toBe(false);
});
