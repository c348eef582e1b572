import { configurable } from "./configurable.ts";

/**
 * Whether the graph went where `expected.route` says: the workers that its `route` tells of, in any order, exactly these. A graph whose state tells
 * of no route is read by its nodes: those expected must have run, in this order, and of `among` no others.
 */
export const route = configurable<{ among: string[] }>(({ among = [] }) => ({
  name: "route",
  kind: "rule",
  score({ observation, expected }) {
    if (expected.route === undefined) return { score: null };
    const wanted = [expected.route].flat() as string[];
    const { nodes, route: told } = observation;
    const taken = told?.workers ?? nodes.filter((node) => wanted.includes(node) || among.includes(node));
    const score = (told?.workers ? isSameSet(taken, wanted) : isInOrder(taken, wanted, among)) ? 1 : 0;
    const why = [told?.step, told?.confidence, told?.reason].filter((part) => part !== undefined).join(", ");
    const list = (names: string[]) => names.join(", ") || "nowhere";
    const comment = `expected ${list(wanted)}, went to ${list(taken)}${why ? ` (${why})` : ""}`;
    return score === 1 ? { score, ...(why && { comment: why }) } : { score, comment };
  },
}));

const isSameSet = (a: string[], b: string[]) => a.length === new Set([...a, ...b]).size && new Set(b).size === a.length;

function isInOrder(taken: string[], wanted: string[], among: string[]): boolean {
  if (taken.some((node) => among.includes(node) && !wanted.includes(node))) return false;
  let next = 0;
  for (const node of taken) if (node === wanted[next]) next += 1;
  return next === wanted.length;
}
