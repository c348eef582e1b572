import { answer, citations, defineSuite, numeric, route } from "../../index.ts";
import { useRecordedModels } from "./use-recorded-models.ts";

/**
 * The orchestrator as it runs with real models, which recordings stand in for: a prompt that is changed makes a call that was
 * not recorded. Where the change is meant, `node evals/suites/prompts/record.ts` records anew.
 */
defineSuite("prompts", {
  graph: "orchestrator",
  documents: ["../documents"],
  setup: useRecordedModels,
  cases: "cases.jsonl",
  scorers: [route, answer, numeric, citations],
});
