import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { findTracked } from "./find-tracked.ts";

test("what stands in a tracked file is found to the letter, what git does not know is not", async () => {
  const folder = makeTemporaryFolder();
  const texts = ["support@shop.com", "supportXshop.com", "private@shop.com"];
  expect(await findTracked(texts, folder)).toEqual(new Set());
  writeFileSync(join(folder, "prompt.ts"), 'export const prompt = "Write to support@shop.com.";');
  writeFileSync(join(folder, ".env"), "ADMIN=private@shop.com");
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  execFileSync("git", ["add", "prompt.ts"], { cwd: folder });
  expect(await findTracked(texts, folder)).toEqual(new Set(["support@shop.com"]));
});
