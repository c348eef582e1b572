import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { environmentVariables } from "../config.ts";
import { errorStatus } from "../errors.ts";

const read = (path: string) => readFile(join(resolve(import.meta.dirname, ".."), path), "utf8");
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
