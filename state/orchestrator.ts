import { MessagesValue, ReducedValue, StateSchema } from "@langchain/langgraph";
import { z } from "zod";
import { Budget, spentChannel } from "./budget.ts";
import { Citation } from "./citation.ts";
import { Finding } from "./finding.ts";
import { Decision, Task, WorkerName } from "./task.ts";
import { Turn } from "./turn.ts";

/** The decision of the whole turn: the least sure of its tasks' decisions, and the workers that it called. */
export const Route = Decision.extend({ workers: z.array(WorkerName) });

/** What a caller gives: the message, and a budget if the default does not suit. */
export const OrchestratorInput = new StateSchema({ messages: MessagesValue, budget: Budget.prefault({}) });

/** State of the orchestrator. All but `messages`, `budget` and `turns` begins anew with each turn. */
export const OrchestratorState = new StateSchema({
  messages: MessagesValue,
  budget: Budget.prefault({}),
  spent: spentChannel,
  /** The user's question, made to stand on its own. */
  question: z.string().default(""),
  /** What the question leans on from earlier turns; empty when it stands alone. */
  context: z.string().default(""),
  /** Why the turn was refused or ended early; empty otherwise. */
  stopped: z.string().default(""),
  tasks: z.array(Task).default([]),
  route: Route.nullable().default(null),
  findings: new ReducedValue(z.array(Finding).default([]), {
    inputSchema: z.array(Finding),
    reducer: (findings, more) => [...findings, ...more],
  }),
  citations: z.array(Citation).default([]),
  /** The last turns in short, for follow-up questions. */
  turns: z.array(Turn).default([]),
});
