/**
 * A suite for a graph of one's own: what is answered, whom it asks, and what it does when a tool fails.
 *
 *     npx troupe eval examples/refund-desk
 *
 * Outside of this repository the import reads `troupe/evals`.
 */
import { defineSuite } from "../evals/index.ts";
import { graph } from "./refund-desk.ts";

defineSuite("refund desk", {
  graph,
  cases: [
    { id: "small", input: "Refund order 1001", expected: { says: "You get 20 back.", asks: [] } },
    { id: "unknown", input: "Refund order 4040", expected: { says: "I know no such order.", asks: [] } },
    {
      id: "large-approved",
      turns: ["Refund order 1002", { resume: "yes" }],
      expected: { says: "You get 900 back.", asks: ["Refund 900?"] },
    },
    {
      id: "large-declined",
      turns: ["Refund order 1002", { resume: "no" }],
      expected: { says: "A person declined the refund.", asks: ["Refund 900?"] },
    },
    {
      id: "shop-is-down",
      input: "Refund order 1001",
      faults: [{ name: "find_order", error: "The shop is closed." }],
      expected: { error: "The shop is closed." },
    },
  ],
  scorers: [
    function says({ text, expected }) {
      return expected.says === undefined ? null : text === expected.says;
    },
    function asks({ observation, expected }) {
      return expected.asks === undefined
        ? null
        : JSON.stringify(observation.interrupts) === JSON.stringify(expected.asks);
    },
  ],
  threshold: { pass: 1 },
});
