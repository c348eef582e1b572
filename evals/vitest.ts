/** The entry point `troupe/evals/vitest`: suites in a `vitest.config.ts`, for editors and `vitest --watch`. */
import { extname, join } from "node:path";

/**
 * A project of vitest that runs `*.eval.ts` files, offline. Only `troupe eval` keeps results, makes the report and the gate,
 * and calls models (`--live`).
 *
 * @example
 * export default defineConfig({ test: { projects: [evalsProject] } });
 */
export const evalsProject = {
  // The aliases of a tsconfig.json, as the code that is tried may have them.
  resolve: { tsconfigPaths: true },
  test: {
    name: "evals",
    include: ["**/*.eval.{ts,mts,js,mjs}"],
    // What was built of suites would be the same suites again.
    exclude: ["**/node_modules/**", "**/dist/**"],
    setupFiles: [join(import.meta.dirname, `run/set-up-worker${extname(import.meta.filename)}`)],
    // The concurrency and the time limits are the suite's: to wait for its turn must not count against vitest's.
    maxConcurrency: 1_000_000,
    testTimeout: 0,
    hookTimeout: 0,
  },
};
