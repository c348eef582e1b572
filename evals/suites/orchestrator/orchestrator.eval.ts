import { answer, citations, defineSuite, groundedness, latency, numeric, refusal, route, tokens } from "../../index.ts";

/** The whole graph on one question. How much of an answer is quoted decides nothing: a calculation is no quote. */
defineSuite("orchestrator", {
  graph: "orchestrator",
  documents: ["../documents"],
  cases: "cases.jsonl",
  scorers: [answer, numeric, citations, refusal, route, groundedness({ passMark: 0 }), latency, tokens],
});
