/** `npm run bench -- <name>`: each bench prints what it measured, beside what it is measured against. */
const benches: Record<string, () => Promise<unknown>> = {
  runs: () => import("./runs.ts"),
  streams: () => import("./streams.ts"),
  checkpoints: () => import("./checkpoints.ts"),
  threads: () => import("./threads.ts"),
  startup: () => import("./startup.ts"),
  answers: () => import("./answers.ts"),
  quoting: () => import("./quoting.ts"),
  retrieval: () => import("./retrieval.ts"),
  evals: () => import("./evals.ts"),
  gate: () => import("./gate.ts"),
};

const name = process.argv[2] ?? "";
const bench = benches[name];
if (!bench) {
  console.error(`There is no bench "${name}". Say npm run bench -- ${Object.keys(benches).join(" | ")}`);
  process.exit(1);
}
await bench();
