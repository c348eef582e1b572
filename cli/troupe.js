#!/usr/bin/env node
// Starts the command, in a clone from its source and in the published package from its build.
// Plain JavaScript that any Node from 18 on can read, so that an old one gets an answer and not a syntax error.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = new URL("./main.ts", import.meta.url);
const main = existsSync(source) ? source : new URL("../dist/cli/main.js", import.meta.url);
const ownNode = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import(main.href);
} else if (existsSync(ownNode) && process.env.TROUPE_NODE_TRIED === undefined) {
  const child = spawn(ownNode, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, TROUPE_NODE_TRIED: "true" },
  });
  // The terminal sends Ctrl-C to both processes: the child decides when to end.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} else {
  console.error(`error: Troupe needs Node 24 or newer, and this is Node ${process.versions.node}.`);
  console.error(
    "hint: In a clone, run `npm ci` (it brings its own Node). Elsewhere, install a newer Node: https://nodejs.org",
  );
  process.exitCode = 1;
}
