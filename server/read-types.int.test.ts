import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { readTypes } from "./read-types.ts";

const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

/** A project with a graph in TypeScript, and the TypeScript 5 that one of our tools has, or the 7 of this project. */
function writeProject(text: string, { typescript = "@arethetypeswrong/core/node_modules/typescript" } = {}): string {
  const folder = makeTemporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(modules, "@langchain"), join(folder, "node_modules", "@langchain"));
  symlinkSync(join(modules, typescript), join(folder, "node_modules", "typescript"));
  const file = join(folder, "graph.ts");
  writeFileSync(file, text);
  return file;
}

const source = `
  import { Annotation, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
  interface Item { name: string; price?: number; parent?: Item; labels: Record<string, string> }
  const State = Annotation.Root({
    ...MessagesAnnotation.spec,
    /** What is asked. */
    question: Annotation<string>,
    kind: Annotation<"a" | "b">,
    items: Annotation<Item[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
    when: Annotation<Date>,
    yes: Annotation<boolean | null>,
  });
  const Context = Annotation.Root({ user: Annotation<string> });
  const builder = new StateGraph(State, Context).addNode("n", () => ({})).addEdge(START, "n");
  export default builder;
  export const perRun = async (config: unknown) => builder.compile();
`;

test("an Annotation's types become schemas, and are read again once their file has changed", async () => {
  const file = writeProject(source);
  const properties = {
    messages: { type: "array", items: { type: "object" }, langgraph_type: "messages" },
    question: { type: "string", description: "What is asked." },
    kind: { type: "string", enum: ["a", "b"] },
    items: {
      type: "array",
      items: {
        type: "object",
        properties: {
          name: { type: "string" },
          price: { type: "number" },
          parent: {},
          labels: { type: "object", additionalProperties: { type: "string" } },
        },
        required: ["name", "labels"],
      },
    },
    when: { type: "string", format: "date-time" },
    yes: { anyOf: [{ type: "null" }, { type: "boolean" }] },
  };
  const context = { type: "object", properties: { user: { type: "string" } }, required: ["user"] };
  const types = await readTypes({ file, name: "default" });
  expect(types).toEqual({
    state: { type: "object", properties },
    input: { type: "object", properties },
    output: { type: "object", properties, required: expect.arrayContaining(Object.keys(properties)) },
    context,
    files: [file],
  });
  expect(await readTypes({ file, name: "default" })).toBe(types);
  writeFileSync(file, source.replace("user:", "tenant:"));
  expect(await readTypes({ file, name: "perRun" })).toMatchObject({
    state: { properties },
    context: { required: ["tenant"] },
  });
  expect((await readTypes({ file, name: "default" }))?.context).toMatchObject({ required: ["tenant"] });
}, 60_000);

test.each([
  ["an export that is not there", {}, "none"],
  ["no TypeScript with an API", { typescript: "typescript" }, "default"],
])("of %s no types are known", async (_, options, name) => {
  expect(await readTypes({ file: writeProject("export default 1;", options), name })).toBeUndefined();
});
