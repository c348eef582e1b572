import { toSpanMessage } from "../server/trace/to-span-message.ts";

/**
 * What a test holds in its hands after a graph, a node or a router: a state, what the SDK answers (values, a thread or its state), an
 * `Observation` of the evals, messages, a `Command`, `Send`s or names of nodes.
 */
export type Outcome = unknown;

interface Fields {
  values?: object;
  messages?: unknown;
  toolCalls?: ToolCall[];
  route?: { workers?: string[] };
  nodes?: string[];
  goto?: unknown;
  node?: string;
  citations?: Citation[];
  __interrupt__?: { value?: unknown }[];
  interrupts?: unknown[] | Record<string, { value?: unknown }[]>;
  tasks?: { interrupts?: { value?: unknown }[] }[];
}

export interface ToolCall {
  name: string;
  args: unknown;
}

export interface Citation {
  source: string;
  line_start?: number;
  line_end?: number;
}

const fieldsOf = (outcome: Outcome): Fields =>
  typeof outcome === "object" && outcome !== null && !Array.isArray(outcome) ? outcome : {};

/** The state itself, where the outcome is the SDK's state of a thread. */
function stateOf(outcome: Outcome): Fields {
  const fields = fieldsOf(outcome);
  return typeof fields.values === "object" ? fieldsOf(fields.values) : fields;
}

/** What was not awaited tells nothing yet. */
export const isPromise = (outcome: Outcome): boolean =>
  typeof (outcome as { then?: unknown } | null)?.then === "function";

/** The tools that models called, in order; undefined where it has no messages. */
export function readToolCalls(outcome: Outcome): ToolCall[] | undefined {
  const { toolCalls, messages = outcome } = stateOf(outcome);
  if (toolCalls) return toolCalls;
  const all = [messages].flat();
  if (!all.every(isAnyMessage)) return undefined;
  return all.flatMap((message) => (toSpanMessage(message).tool_calls ?? []).map(({ name, args }) => ({ name, args })));
}

const isAnyMessage = (value: unknown): value is object =>
  typeof value === "object" && value !== null && "content" in value;

/** Where it went: the workers of the route, or else the nodes that ran or are to run; undefined where it tells neither. */
export function readRoute(
  outcome: Outcome,
): { workers: string[]; nodes?: undefined } | { nodes: string[] } | undefined {
  const { route, nodes } = stateOf(outcome);
  if (route?.workers) return { workers: route.workers };
  if (nodes) return { nodes };
  const names = [outcome].flat().flatMap((value) => {
    if (typeof value === "string") return [value];
    const { goto, node } = fieldsOf(value);
    return [goto ?? node ?? []]
      .flat()
      .flatMap((target) => (typeof target === "string" ? [target] : (fieldsOf(target).node ?? [])));
  });
  return names.length ? { workers: names } : undefined;
}

/** The passages that the answer cites; undefined where the state has no citations. */
export function readCitations(outcome: Outcome): Citation[] | undefined {
  const { citations } = stateOf(outcome);
  return Array.isArray(citations) ? citations : undefined;
}

/** The values of the interrupts that wait for an answer, or that were raised in an observed trial; undefined of what cannot tell of any. */
export function readInterrupts(outcome: Outcome): unknown[] | undefined {
  if (typeof outcome !== "object" || outcome === null || isPromise(outcome)) return undefined;
  const { __interrupt__, interrupts, tasks } = fieldsOf(outcome);
  const pending = __interrupt__ ?? stateOf(outcome).__interrupt__ ?? tasks?.flatMap((task) => task.interrupts ?? []);
  if (pending) return pending.map(({ value }) => value);
  if (Array.isArray(interrupts)) return interrupts;
  return Object.values(interrupts ?? {}).flatMap((list) => list.map(({ value }) => value));
}
