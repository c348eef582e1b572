import { execFile } from "node:child_process";
import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";

const root = resolve(import.meta.dirname, "..");

/** A project with a copy of `@langchain/core` of its own, beside the packages of this one. */
async function makeProject(type: "module" | "commonjs"): Promise<string> {
  const folder = makeTemporaryFolder();
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "@langchain"), { recursive: true });
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name !== "@langchain") await symlink(join(root, "node_modules", name), join(modules, name));
  }
  await cp(join(root, "node_modules/@langchain/core"), join(modules, "@langchain/core"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ type }));
  return folder;
}

test("a project's own copy of LangChain is answered, also where it loads only within the work", async () => {
  const kit = JSON.stringify(join(root, "testing/intercept-calls.ts"));
  const answer = `async ({ name }) => ({ response: { content: "answered " + name } })`;
  const check = (load: string) => `
    const main = async () => {
      const { interceptCalls } = await import(${kit});
      const { DynamicTool } = await import(${JSON.stringify(join(root, "node_modules/@langchain/core/dist/tools/index.js"))});
      console.log(await interceptCalls(${answer}, async () => {
        const copy = ${load};
        if (copy.DynamicTool === DynamicTool) throw new Error("It is the same copy.");
        return new copy.DynamicTool({ name: "shout", description: "", func: async (text) => text }).invoke("hi");
      }));
    };
    main();`;
  for (const [type, load] of [
    ["module", 'await import("@langchain/core/tools")'],
    ["commonjs", 'require("@langchain/core/tools")'],
  ] as const) {
    const folder = await makeProject(type);
    await writeFile(join(folder, "check.js"), check(load));
    const { stdout } = await promisify(execFile)(process.execPath, ["check.js"], { cwd: folder });
    expect(stdout, type).toBe("answered shout\n");
  }
});

test("a project without LangChain, or without a package.json, is no obstacle", async () => {
  const folder = makeTemporaryFolder();
  const kit = JSON.stringify(join(root, "testing/intercept-calls.ts"));
  const code = `console.log(await (await import(${kit})).interceptCalls([], () => "done"));`;
  const options = { cwd: folder };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], options);
  expect(stdout).toBe("done\n");
});
