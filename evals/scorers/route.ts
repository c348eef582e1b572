import { TroupeError } from "../../errors.ts";
import { configurable } from "./configurable.ts";
import { Names, readExpected } from "./read-expected.ts";

/**
 * Whether the graph went where `expected.route` says: exactly these workers, in any order, where its `route` tells of workers. A graph whose
 * state tells of none is read by its nodes: those expected must have run, in this order, and of `among` no others.
 */
export const route = configurable<{ among: string[] }>(({ among = [] }) => ({
  name: "route",
  kind: "rule",
  score(input) {
    const wanted = readExpected(input, "route", Names);
    if (!wanted) return { score: null };
    const { nodes, route: told } = input.observation;
    if (!told?.workers && wanted.length + among.length === 0) {
      throw new TroupeError("suite_invalid", "What is no route cannot be told from the nodes that ran.", {
        hint: 'Name the workers of the graph: route({ among: ["researcher", "analyst"] }).',
      });
    }
    const taken = told?.workers ?? nodes.filter((node) => wanted.includes(node) || among.includes(node));
    const right = told?.workers ? isSameSet(taken, wanted) : isInOrder(taken, wanted);
    const why = [told?.step, told?.confidence, told?.reason].filter((part) => part !== undefined).join(", ");
    if (right) return { score: 1, ...(why && { comment: why }) };
    const list = (names: string[]) => names.join(", ") || "nowhere";
    const ran = nodes.length > 0 ? `the nodes that ran are ${[...new Set(nodes)].join(", ")}` : "no node ran";
    const went = taken.length > 0 || told?.workers ? `, went to ${list(taken)}` : `, but ${ran}`;
    return { score: 0, comment: `expected ${list(wanted)}${went}${why ? ` (${why})` : ""}` };
  },
}));

const isSameSet = (one: string[], other: string[]) =>
  one.every((name) => other.includes(name)) && other.every((name) => one.includes(name));

/** Whether the nodes are those wanted, which may run again, and each of these comes in its order. */
function isInOrder(taken: string[], wanted: string[]): boolean {
  let next = 0;
  for (const node of taken) if (node === wanted[next]) next += 1;
  return next === wanted.length && taken.every((node) => wanted.includes(node));
}
