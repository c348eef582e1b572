import { openKnowledge, relevanceThreshold } from "../../../retrieval/index.ts";
import { defineSuite, latency, ndcg, recall, reciprocalRank } from "../../index.ts";

/** What is found in the documents, as docs/retrieval.md says to search: what is less relevant than the threshold counts as not found. */
defineSuite("retrieval", {
  retriever: {
    async search(query: string) {
      const knowledge = await openKnowledge();
      const chunks = await knowledge.search(query);
      return chunks.filter(({ metadata }) => metadata.relevance >= relevanceThreshold);
    },
  },
  documents: ["../documents"],
  cases: "cases.jsonl",
  scorers: [recall({ k: 5 }), reciprocalRank({ k: 5 }), ndcg({ k: 5 }), latency],
});
