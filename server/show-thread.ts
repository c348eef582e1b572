import type { ThreadRow } from "../storage/storage.ts";
import { readThreadState, type StateContext } from "./read-thread-state.ts";
import { toWireJson } from "./wire-json.ts";

/** Which fields of a thread to answer. `extract` names further ones by their paths, such as `values.messages[-1].content`. */
export interface ThreadFields {
  select?: readonly string[] | null;
  extract?: Record<string, string> | null;
}

/** The fields that are put together from the thread's latest checkpoint. */
const fromState = ["values", "interrupts"];

/** A thread as the LangGraph API has it. Its checkpoint is read only where a field is asked for that stands in it. */
export async function showThread(
  context: StateContext,
  thread: ThreadRow,
  { select, extract }: ThreadFields = {},
): Promise<Record<string, unknown>> {
  const paths = Object.entries(extract ?? {}).map(([name, path]) => [name, splitPath(path)] as const);
  const isAsked = (field: string) => !select || select.includes(field);
  const readsState = fromState.some((field) => isAsked(field) || paths.some(([, [first]]) => first === field));
  const whole = toThread(thread, readsState ? await readValues(context, thread) : noState);
  const shown = Object.fromEntries(Object.entries(whole).filter(([field]) => isAsked(field)));
  if (!extract) return shown;
  const plain = JSON.parse(toWireJson(whole)) as unknown;
  return { ...shown, extracted: Object.fromEntries(paths.map(([name, path]) => [name, follow(plain, path)])) };
}

/** A thread that has never had a state, or whose state nobody asks for. */
export const showNewThread = (thread: ThreadRow): Record<string, unknown> => toThread(thread, noState);

const noState = { values: null as unknown, interrupts: {} as Record<string, unknown> };

function toThread(thread: ThreadRow, state: typeof noState) {
  const { ttl: _, ...rest } = thread;
  return { ...rest, ...state };
}

async function readValues(context: StateContext, thread: ThreadRow): Promise<typeof noState> {
  const isServed = context.graphs.ids.includes(thread.metadata.graph_id as string);
  const state = isServed ? await readThreadState(context, thread, {}) : undefined;
  if (!state) return noState;
  const waiting = state.tasks.filter(({ interrupts }) => interrupts.length > 0);
  return {
    values: state.values,
    interrupts: Object.fromEntries(waiting.map((task) => [task.id, task.interrupts])),
  };
}

/** `a.b[-1].c` as its steps: names, and places in a list, of which negative ones count from its end. */
function splitPath(path: string): (string | number)[] {
  const steps = path.replace(/^\$\.?/, "").matchAll(/\[(-?\d+)\]|[^.[\]]+/g);
  return [...steps].map(([name, place]) => (place === undefined ? name : Number(place)));
}

function follow(value: unknown, path: readonly (string | number)[]): unknown {
  return (
    path.reduce<unknown>((at, step) => {
      if (typeof step === "number") return Array.isArray(at) ? at.at(step) : undefined;
      return typeof at === "object" && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string, unknown>)[step]
        : undefined;
    }, value) ?? null
  );
}
