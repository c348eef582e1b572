/**
 * `npm test`: every check of the project, one after the other, each to its end, with a summary that names what failed.
 * Arguments go on to vitest: `npm test -- storage` checks all and runs the tests of one folder.
 */
import { spawnSync } from "node:child_process";
import { styleText } from "node:util";

const checks: Record<string, string[]> = {
  formatting: ["oxfmt", "--check"],
  lint: ["oxlint"],
  types: ["tsc", "-p", "."],
  "unused code": ["knip", "--no-progress"],
  tests: ["vitest", "run", "--project", "!faults", "--project", "!evals", ...process.argv.slice(2)],
};

const failed: string[] = [];
for (const [name, [command = "", ...options]] of Object.entries(checks)) {
  const started = performance.now();
  const live = name === "tests";
  if (live) console.log(styleText("bold", name));
  const result = spawnSync(command, options, { encoding: "utf8", stdio: live ? "inherit" : "pipe" });
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  if (result.status === 0) {
    console.log(`${styleText("green", "ok")}      ${name} (${seconds})`);
  } else {
    failed.push(name);
    if (!live) console.log(`${result.stdout}${result.stderr}${result.error ? `${result.error.message}\n` : ""}`);
    console.log(`${styleText("red", "failed")}  ${name} (${seconds}): ${command} ${options.join(" ")}`);
  }
}

if (failed.length > 0) {
  const hint =
    failed.includes("formatting") || failed.includes("lint") ? " `npm run format` mends formatting and some lint." : "";
  console.error(`\n${failed.length} of ${Object.keys(checks).length} checks failed: ${failed.join(", ")}.${hint}`);
  process.exitCode = 1;
}
