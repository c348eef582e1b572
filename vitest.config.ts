import { defineConfig } from "vitest/config";
import { environmentVariables } from "./config.ts";
import { evalsProject } from "./evals/vitest.ts";

// Tests see no setting and no key of the machine they run on, and no real model.
for (const name of Object.keys(process.env)) {
  if (environmentVariables.includes(name) || /^(LANGSMITH|LANGCHAIN)_/.test(name)) delete process.env[name];
}
process.env["TROUPE_FORBID_MODEL_CALLS"] = "true";

const exclude = ["**/node_modules/**", "dist/**", ".ci/**"];
/** The suite of `@langchain/langgraph-checkpoint-validation` calls `describe`, `it` and `expect` as globals. */
const conformance = "storage/sqlite/saver*.test.ts";
const slow = "**/*.int.test.ts";
/** Minutes of kills, freezes and malformed requests: `.ci/run` has them run, `npm test` does not. */
const faults = "tests/faults/*.int.test.ts";

export default defineConfig({
  test: {
    // Vitest leaves one processor free, which on two is half of them.
    maxWorkers: "100%",
    globalSetup: "tests/chroma.ts",
    setupFiles: "testing/vitest.ts",
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["**/*.test.ts"], exclude: [...exclude, slow, conformance], testTimeout: 5_000 },
      },
      {
        extends: true,
        test: { name: "conformance", include: [conformance], exclude, globals: true, testTimeout: 10_000 },
      },
      {
        extends: true,
        test: {
          name: "int",
          include: [slow],
          exclude: [...exclude, conformance, faults],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        // Each in its turn: kills and leases measure time.
        test: {
          name: "faults",
          include: [faults],
          exclude,
          disableConsoleIntercept: true,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      { ...evalsProject, extends: true },
    ],
  },
});
