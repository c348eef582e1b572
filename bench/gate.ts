import { toBaseline } from "../evals/gate/baseline-file.ts";
import { gateRun } from "../evals/gate/gate-run.ts";
import { createRandom } from "../evals/statistics/create-random.ts";
import { estimateMean } from "../evals/statistics/interval.ts";
import { drawEvalRun } from "../tests/fixtures/make-eval-run.ts";

/** How often the gate fails a run of 50 cases whose answers vary, nothing changed or so many points lost in each case. */
const rounds = 1_000;
const cases = 50;
const drops = [0, 0.05, 0.1, 0.15, 0.2];
/** The chance of a case to pass before. */
const kinds: Record<string, (random: () => number) => number> = {
  "any chance from 0 to 1": (random) => random(),
  "mostly good, 0.8 on average": (random) => random() ** 0.25,
  "four of five never fail": (random) => (random() < 0.8 ? 1 : random()),
  "any, trials of a run all alike": (random) => random(),
};

console.log(`${"".padEnd(42)}${drops.map((drop) => `-${drop * 100}`.padStart(9)).join("")}   points`);
for (const [kind, chanceOf] of Object.entries(kinds)) {
  for (const trials of [1, 5, 10]) {
    const random = createRandom(11);
    const shared = kind.endsWith("alike");
    const failed = drops.map(() => 0);
    for (let round = 0; round < rounds; round += 1) {
      const chances = Array.from({ length: cases }, () => chanceOf(random));
      const before = toBaseline(live(drawEvalRun(random, chances, trials, shared)));
      for (const [index, drop] of drops.entries()) {
        const run = live(
          drawEvalRun(
            random,
            chances.map((chance) => chance - drop),
            trials,
            shared,
          ),
        );
        if (!gateRun(run, before, "all").passed) failed[index]! += 1;
      }
    }
    const shares = failed.map((count) => `${((count / rounds) * 100).toFixed(1)} %`.padStart(9)).join("");
    console.log(`${kind.padEnd(30)}${`${trials} trials`.padStart(10)}  ${shares}`);
  }
}

/** What calls a live model may differ, also where all trials agree. */
function live(run: ReturnType<typeof drawEvalRun>): typeof run {
  run.environment.live = true;
  return run;
}

/** How often the interval of a pass rate holds it, where each case is tried once. */
for (const chance of [0.5, 0.8, 0.95]) {
  const shares = [10, 30, 100].map((count) => {
    const random = createRandom(7);
    const held = Array.from({ length: 20_000 }, () => {
      const { low = 1, high = 0 } = estimateMean(Array.from({ length: count }, () => (random() < chance ? 1 : 0)));
      return low <= chance && chance <= high;
    }).filter(Boolean).length;
    return `${((held / 20_000) * 100).toFixed(1)} % of ${count} cases`;
  });
  console.log(`the interval holds a pass rate of ${chance} in ${shares.join(", ")}`);
}
