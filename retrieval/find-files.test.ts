import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { findFiles } from "./find-files.ts";

test.skipIf(process.platform === "win32")("a pipe that is named itself is refused, not waited for", async () => {
  const pipe = join(makeTemporaryFolder(), "pipe.md");
  execFileSync("mkfifo", [pipe]);
  await expect(findFiles([pipe])).rejects.toMatchObject({ code: "source_unsupported", hint: expect.any(String) });
});
