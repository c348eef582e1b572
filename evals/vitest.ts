/** The entry point `troupe/evals/vitest`: suites in a `vitest.config.ts`, for editors and `vitest --watch`. */

/**
 * A project of vitest that runs `*.eval.ts` files. Only `troupe eval` keeps results and makes the report and the gate.
 *
 * @example
 * export default defineConfig({ test: { projects: [evalsProject] } });
 */
export const evalsProject = {
  test: {
    name: "evals",
    include: ["**/*.eval.{ts,mts,js,mjs}"],
    // The concurrency and the time limits are the suite's.
    maxConcurrency: 1_000_000,
    testTimeout: 0,
    hookTimeout: 0,
  },
};
