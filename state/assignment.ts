import { StateSchema } from "@langchain/langgraph";
import { z } from "zod";
import { Finding } from "./finding.ts";
import { Task } from "./task.ts";

/** What the supervisor sends to a worker: a task, the findings that it needs, and the quantities of the turn before. */
export const AssignmentState = new StateSchema({
  task: Task,
  needed: z.array(Finding),
  earlier: z.array(z.string()),
});
