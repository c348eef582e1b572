import { toBaseline } from "../evals/gate/baseline-file.ts";
import { gateRun } from "../evals/gate/gate-run.ts";
import { createRandom } from "../evals/statistics/create-random.ts";
import { makeEvalRun } from "../tests/fixtures/make-eval-run.ts";

/** How often the gate fails runs of 50 cases of five tries between which nothing, or so much, has changed. */
const rounds = 400;
const random = createRandom(11);
for (const drop of [0, 0.05, 0.1, 0.15, 0.2]) {
  let failed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const before = toBaseline(draw(0));
    if (!gateRun(draw(drop), before, { whole: true }).passed) failed += 1;
  }
  console.log(
    `a drop of ${String(drop * 100).padStart(2)} points fails ${((failed / rounds) * 100).toFixed(1)} % of ${rounds} runs`,
  );
}

/** Each case has a chance of its own, from 50 to 100 %, the same in every run. */
function draw(drop: number) {
  const chances = createRandom(5);
  const cases = Array.from({ length: 50 }, (_, index) => {
    const chance = 0.5 + chances() / 2 - drop;
    return [String(index), Array.from({ length: 5 }, (): 0 | 1 => (random() < chance ? 1 : 0))] as const;
  });
  return makeEvalRun(Object.fromEntries(cases));
}
