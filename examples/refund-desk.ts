import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
/** A graph as any project has one: it looks an order up, and asks a person before much money goes back. */
import { interrupt, MessagesValue, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { z } from "zod";

const paid: Record<string, number> = { "1001": 20, "1002": 900 };

const findOrder = tool(({ order }) => String(paid[order] ?? 0), {
  name: "find_order",
  description: "What was paid for an order, 0 for one that is not known.",
  schema: z.object({ order: z.string() }),
});

const DeskState = new StateSchema({ messages: MessagesValue, amount: z.number().optional() });
const say = (text: string) => ({ messages: [new AIMessage(text)] });

export const graph = new StateGraph(DeskState)
  .addNode("lookUp", async ({ messages }) => {
    const [order = ""] = /\d{4}/.exec(messages.at(-1)?.text ?? "") ?? [];
    return { amount: Number(await findOrder.invoke({ order })) };
  })
  .addNode("refund", ({ amount = 0 }) => {
    if (amount === 0) return say("I know no such order.");
    if (amount > 100 && interrupt(`Refund ${amount}?`) !== "yes") return say("A person declined the refund.");
    return say(`You get ${amount} back.`);
  })
  .addEdge(START, "lookUp")
  .addEdge("lookUp", "refund")
  .compile({ name: "refund-desk" });
