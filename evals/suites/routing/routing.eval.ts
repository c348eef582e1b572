import { type Plan, planTasks } from "../../../nodes/orchestrator/plan-tasks.ts";
import { defineSuite, latency, route, type ScorerInput } from "../../index.ts";

/** Which step of the cascade decided, where a case is about that. */
function step({ expected, observation }: ScorerInput) {
  return expected["step"] === undefined ? null : observation.route?.step === expected["step"];
}

/** Who a message goes to: the plan alone, no work is done. An empty route is an answer without any worker. */
defineSuite("routing", {
  task: (question: string) => planTasks(question, ""),
  observe: ({ tasks, decisions }: Plan) => {
    const [leastSure] = decisions.toSorted((one, other) => one.confidence - other.confidence);
    return { route: { ...leastSure, workers: [...new Set(tasks.map(({ worker }) => worker))] } };
  },
  cases: "cases.jsonl",
  scorers: [route, step, latency],
});
