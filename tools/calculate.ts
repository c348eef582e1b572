import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { isTroupeError } from "../errors.ts";
import { evaluateExpression } from "./arithmetic/evaluate-expression.ts";

/** The calculator as a model calls it; a faulty expression comes back as text that says how to mend it. */
export const calculate = tool(
  ({ expression }) => {
    try {
      const { text, exact } = evaluateExpression(expression);
      return exact ? text : `about ${text}`;
    } catch (error) {
      if (isTroupeError(error)) return `${error.message} ${error.hint}`;
      throw error;
    }
  },
  {
    name: "calculate",
    description: "Computes an arithmetic expression exactly, in decimals. Use it for every calculation, however small.",
    schema: z.object({
      expression: z.string().describe("For example (17.5% of 2480) + 12, sqrt(144), or round(10 / 3, 2)."),
    }),
  },
);
