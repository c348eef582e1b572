import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Writes a project that has this one's packages. */
function writeProject(files: Record<string, string>): string {
  const folder = makeTemporaryFolder();
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Loads a graph by its path in a process of its own, as a server does, and answers what it invokes to. */
async function load(folder: string, path: string): Promise<unknown> {
  const script = `
    import { MemorySaver } from "@langchain/langgraph";
    import { loadGraphs } from "${root}server/load-graphs.ts";
    try {
      const checkpointer = new MemorySaver();
      const graphs = await loadGraphs({ g: { path: ${JSON.stringify(path)} } }, { folder: process.cwd(), checkpointer });
      const graph = await graphs.get("g", { configurable: { tone: "dry" } });
      const values = await graph.invoke({ text: "in" }, { configurable: { thread_id: "1" } });
      console.log(JSON.stringify({ values, saves: graph.checkpointer === checkpointer }));
    } catch ({ code, message, hint }) {
      console.log(JSON.stringify({ code, message, hint }));
    }`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
  });
  return JSON.parse(stdout);
}

const graph = `
  import { Annotation, StateGraph } from "@langchain/langgraph";
  import { shout, Tone } from "./words.js";
  import { mark } from "@/marks";
  const State = Annotation.Root({ text: Annotation<string> });
  class Node { constructor(private readonly tone: Tone) {} run = (state: typeof State.State) => ({ text: mark(shout(state.text, this.tone)) }) }
  const make = (tone: Tone) => new StateGraph(State).addNode("n", new Node(tone).run).addEdge("__start__", "n");
  export const builder = make(Tone.Loud);
  export const compiled = builder.compile();
  export const perRun = async (config: any) => make(config.configurable.tone === "dry" ? Tone.Dry : Tone.Loud);
  export const promised = Promise.resolve(compiled);
  export default compiled;
  export const nothing = 7;
`;

const files = (type: string) => ({
  "package.json": JSON.stringify({ type }),
  "tsconfig.json": JSON.stringify({ compilerOptions: { baseUrl: ".", paths: { "@/*": ["./lib/*"] } } }),
  "src/graph.ts": graph,
  "src/words.ts":
    "export enum Tone { Loud, Dry }\nexport const shout = (text: string, tone: Tone) => text + Tone[tone];",
  "lib/marks.ts": "export const mark = (text: string) => `${text}!`;",
  "src/plain.mjs": `import { Annotation, StateGraph } from "@langchain/langgraph";
    export const graph = new StateGraph(Annotation.Root({ text: Annotation() })).addNode("n", () => ({ text: "js" })).addEdge("__start__", "n");`,
  "src/broken.ts": "export const graph = ;",
  "src/throws.ts": 'throw new Error("no database");',
});

test.each([
  ["module", "./src/graph.ts:builder", "inLoud!"],
  ["module", "./src/graph.ts:compiled", "inLoud!"],
  ["module", "./src/graph.ts", "inLoud!"],
  ["module", "./src/graph.ts:promised", "inLoud!"],
  ["module", "./src/graph.ts:perRun", "inDry!"],
  ["commonjs", "./src/graph.ts:builder", "inLoud!"],
  ["commonjs", "src/graph.ts", "inLoud!"],
  ["module", "./src/plain.mjs:graph", "js"],
])("in a project of type %s, %s is a graph with our checkpointer", async (type, path, text) => {
  expect(await load(writeProject(files(type)), path)).toEqual({ values: { text }, saves: true });
});

test.each(["agent", "agent.graph", "() => agent", "inside"])("createAgent of LangChain runs as %s", async (name) => {
  const agent = `
    import { MessagesAnnotation, StateGraph } from "@langchain/langgraph";
    import { FakeListChatModel } from "@langchain/core/utils/testing";
    import { createAgent } from "langchain";
    const agent = createAgent({ model: new FakeListChatModel({ responses: ["Hi."] }), tools: [] });
    const inside = new StateGraph(MessagesAnnotation).addNode("agent", agent.graph).addEdge("__start__", "agent");
    export const graph = ${name};`;
  const folder = writeProject({ "package.json": '{ "type": "module" }', "agent.ts": agent });
  expect(await load(folder, "./agent.ts:graph")).toMatchObject({
    values: { messages: [{ kwargs: { content: "Hi." } }] },
    saves: true,
  });
});

test.each([
  ["./src/none.ts:graph", "none.ts", "langgraph.json"],
  ["./src/graph.ts:grahp", '"grahp"', '"builder"'],
  ["./src/graph.ts:nothing", "a number", "StateGraph"],
  ["./src/broken.ts:graph", "broken.ts", "npx tsx"],
  ["./src/throws.ts:graph", "no database", "npx tsx"],
])("%s cannot be loaded, and the error says why and what to do", async (path, message, hint) => {
  expect(await load(writeProject(files("module")), path)).toEqual({
    code: "graph_load_failed",
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  });
});
