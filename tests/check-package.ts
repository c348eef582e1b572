/**
 * The last part of `npm run check:package`: puts the packed build beside its dependencies as an installation would, and
 * uses it from there: every entry point can be imported, and the command runs without the sources, also an eval suite.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackage } from "./fixtures/install-package.ts";

const project = mkdtempSync(join(tmpdir(), "troupe-package-"));
const run = (command: string, options: string[]) =>
  execFileSync(command, options, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

try {
  const installed = installPackage(project);
  const { version, exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    version: string;
    exports: Record<string, unknown>;
  };
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith(".json"));
  for (const entry of entries) {
    const name = entry.replace(/^\./, "troupe");
    const names = run(process.execPath, [
      "-p",
      `import("${name}").then((room) => console.log(Object.keys(room).join()))`,
    ]);
    assert.match(names, /\w/, `"${name}" exports nothing`);
  }
  assert.equal(run(process.execPath, [join(installed, "cli/troupe.js"), "--version"]).trim(), version);
  const suite = `import { defineSuite } from "troupe/evals";
    defineSuite("packed", { task: (input) => input, cases: [{ input: 1 }] });`;
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, "packed.eval.mjs"), suite);
  assert.match(run(process.execPath, [join(installed, "cli/troupe.js"), "eval"]), /^packed +100 %/);
  console.log(`The packed troupe ${version} runs: ${entries.length} entry points and the command.`);
} finally {
  rmSync(project, { recursive: true });
}
