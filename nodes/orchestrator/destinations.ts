import type { WorkerName } from "../../state/task.ts";

/** Where a question can go: to a worker, or straight to the answer. */
export type Destination = WorkerName | "respond";

/** What each destination is for, with questions that belong there: the router compares a new question with these. */
export const destinations: Record<Destination, { description: string; examples: string[] }> = {
  researcher: {
    description:
      "Looks things up in the ingested documents: facts, instructions, policies, manuals, guides, reports, reference pages, tables, code and people named in them.",
    examples: [
      "How do I configure, install, reset or request something?",
      "What does the manual, policy or guide say about it?",
      "Who is responsible for or approves this?",
      "When does this start, end, expire or change?",
      "What changed in version 2.1, in 2023, in section 4?",
      "How much does it cost, how long does it take, how many are allowed?",
      "Which options, limits, requirements, steps or errors are there?",
      "Explain why this happens and how it works.",
    ],
  },
  analyst: {
    description:
      "Calculates exactly with numbers: sums, products, quotients, percentages, averages, rates, conversions, growth and differences.",
    examples: [
      "Calculate 12 times 7 plus 3.",
      "If 3 boxes hold 12 apples each, how many apples are there altogether?",
      "Add up 14, 15 and 16, then divide the total by 3.",
      "By what percentage does 80 exceed 64?",
      "Convert 90 minutes to hours.",
      "How many times does 12 go into 144?",
    ],
  },
  respond: {
    description:
      "Needs neither documents nor numbers: greetings, thanks, goodbyes, small talk, and questions about this conversation or assistant.",
    examples: [
      "Hello, hi there, good morning",
      "Thanks, thank you very much, great, okay",
      "Bye, goodbye, see you",
      "Who are you, what can you do, can you help me?",
      "What did I just ask you?",
      "Write me a poem or a joke.",
    ],
  },
};
