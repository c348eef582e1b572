import { answer, citations, defineSuite, latency, numeric, refusal } from "../../index.ts";

/** Conversations: what is expected is said of the answer to the last turn. */
defineSuite("memory", {
  graph: "orchestrator",
  documents: ["../documents"],
  cases: "cases.jsonl",
  scorers: [answer, numeric, citations, refusal, latency],
});
