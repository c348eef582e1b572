import { END, START, StateGraph, StateSchema, ReducedValue } from "@langchain/langgraph";
import { z } from "zod";

const State = new StateSchema({
  topic: z.string(),
  notes: new ReducedValue(
    z.array(z.string()).default(() => []),
    {
      inputSchema: z.array(z.string()),
      reducer: (notes, more) => [...notes, ...more],
    },
  ),
});

type Topic = typeof State.State;

const outline = ({ topic }: Topic) => ({ notes: [`Outline of ${topic}`] });
const draft = ({ notes }: Topic) => ({ notes: [`Draft from ${notes.length} notes`] });
const review = ({ notes }: Topic) => ({ notes: [`Reviewed ${notes.length} notes`] });

/** Three nodes that cost nothing, so that what is measured is everything around them. */
export const builder = new StateGraph(State)
  .addNode({ outline, draft, review })
  .addEdge(START, "outline")
  .addEdge("outline", "draft")
  .addEdge("draft", "review")
  .addEdge("review", END);
