import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { environmentVariables } from "../config.ts";
import { errorStatus } from "../errors.ts";

const root = resolve(import.meta.dirname, "..");
const read = (path: string) => readFile(join(root, path), "utf8");
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match.slice(1));

test(".env.example lists the variables of config.ts, each once", async () => {
  const names = matches(await read(".env.example"), /^#? ?([A-Z][A-Z_]+)=/gm).flat();
  expect(names.toSorted()).toEqual(environmentVariables.toSorted());
});

test("docs/errors.md lists the codes of errors.ts with their status, each once", async () => {
  const rows = matches(await read("docs/errors.md"), /^\| `([a-z_]+)` +\| (\d+) +\|/gm).map((row) => row.join(" "));
  const codes = Object.entries(errorStatus).map(([code, status]) => `${code} ${status}`);
  expect(rows.toSorted()).toEqual(codes.toSorted());
});

test("every link from one page to another file leads somewhere", async () => {
  const broken: string[] = [];
  for await (const page of glob(["*.md", "docs/**/*.md"], { cwd: root })) {
    for (const [target = ""] of matches(await read(page), /\]\(([^)#]+)[^)]*\)/g)) {
      if (!target.includes("://") && !existsSync(join(root, dirname(page), target)))
        broken.push(`${page} -> ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test("the graph in the README is the orchestrator's", async () => {
  const [[graph = ""] = []] = matches(await read("README.md"), /```ts\n(.*?)```/gs);
  expect(await read("graphs/orchestrator.ts")).toContain(graph.trim());
});
