import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readLangGraphConfig } from "./read-langgraph-config.ts";

function writeConfig(text: string, env?: string) {
  const folder = mkdtempSync(join(tmpdir(), "troupe-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "langgraph.json");
  writeFileSync(path, text);
  if (env !== undefined) writeFileSync(join(folder, ".env"), env);
  return { folder, path };
}

test("paths, descriptions and an env file are read, other fields ignored", () => {
  const { folder, path } = writeConfig(
    JSON.stringify({
      node_version: "20",
      dependencies: ["."],
      graphs: { a: "./a.ts:graph", b: { path: "./b.ts:make", description: "Does b." } },
      env: ".env",
    }),
    "KEY=value\n# a comment\n",
  );
  const config = readLangGraphConfig(path);
  expect(config).not.toHaveProperty("dependencies");
  expect(config).toMatchObject({
    folder,
    graphs: { a: { path: "./a.ts:graph" }, b: { path: "./b.ts:make", description: "Does b." } },
    env: { KEY: "value" },
  });
});

test("env may be an object, and may be missing", () => {
  expect(readLangGraphConfig(writeConfig('{"graphs":{"a":"./a.ts:graph"},"env":{"A":"1"}}').path).env).toEqual({
    A: "1",
  });
  expect(readLangGraphConfig(writeConfig('{"graphs":{"a":"./a.ts:graph"}}').path).env).toEqual({});
});

test.each([
  ["{", "not valid JSON"],
  ['{"graphs":{"a":1}}', '"graphs.a"'],
  ['{"graph":{}}', '"graphs"'],
  ['{"graphs":{}}', "it names no graph"],
  ['{"graphs":{"a":"./a.ts:graph"},"auth":{"path":1}}', '"auth.path"'],
  ['{"graphs":{"a":"./a.ts:graph"},"http":{"disable_runs":"yes"}}', '"http.disable_runs"'],
  ['{"graphs":{"a":"./a.ts:graph"},"env":".env"}', "does not exist"],
])("%s is refused, naming what is wrong", (text, message) => {
  expect(() => readLangGraphConfig(writeConfig(text).path)).toThrow(
    expect.objectContaining({ code: "config_invalid", message: expect.stringContaining(message) }),
  );
});

test("a missing file is named", () => {
  expect(() => readLangGraphConfig("/nowhere/langgraph.json")).toThrow(
    'The file "/nowhere/langgraph.json" does not exist.',
  );
});
