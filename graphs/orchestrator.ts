import { END, START, StateGraph } from "@langchain/langgraph";
import { admit, analyst, guard, recall, remember, researcher, respond, supervise } from "../nodes/index.ts";
import { AssignmentState, OrchestratorInput, OrchestratorState } from "../state/index.ts";

/** A supervised team: a researcher who cites the documents and an analyst who calculates exactly, joined in one answer. */
export const graph = new StateGraph({ state: OrchestratorState, input: OrchestratorInput })
  .addNode({ guard, recall, respond, remember })
  .addNode("supervise", supervise, { ends: ["researcher", "analyst", "respond"] })
  .addNode("researcher", researcher, { input: AssignmentState })
  .addNode("analyst", analyst, { input: AssignmentState })
  .addEdge(START, "guard")
  .addConditionalEdges("guard", admit, ["recall", "respond"])
  .addEdge("recall", "supervise")
  .addEdge("researcher", "supervise")
  .addEdge("analyst", "supervise")
  .addEdge("respond", "remember")
  .addEdge("remember", END)
  .compile({ name: "orchestrator" });
