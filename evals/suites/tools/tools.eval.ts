import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { selectModel } from "../../../models/index.ts";
import { calculate, searchDocuments } from "../../../tools/index.ts";
import { answer, defineSuite, trajectory } from "../../index.ts";

const tools = [calculate, searchDocuments];

async function agent({ messages }: typeof MessagesAnnotation.State) {
  return { messages: [await selectModel("smart").bindTools!(tools).invoke(messages)] };
}

/** The smallest agent with the project's tools: which it calls, with what, and what it makes of their answers. */
defineSuite("tools", {
  graph: new StateGraph(MessagesAnnotation)
    .addNode({ agent, tools: new ToolNode(tools) })
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition, ["tools", END])
    .addEdge("tools", "agent"),
  documents: ["../documents"],
  cases: "cases.jsonl",
  scorers: [trajectory, answer],
});
