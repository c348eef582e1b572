/** Where a run's config carries the nodes that are executing. */
const key = "__troupe_running";

/** The nodes of a run that have not returned yet. */
export class RunningNodes {
  readonly #promises = new Set<Promise<unknown>>();

  /** What a run's config carries, so that its nodes are seen. */
  get configurable(): Record<string, unknown> {
    return { [key]: this };
  }

  add(promise: Promise<unknown>): void {
    this.#promises.add(promise);
    const remove = () => void this.#promises.delete(promise);
    promise.then(remove, remove);
  }

  /** Resolves once every node has returned, those too that do not heed their abort signal. */
  async settled(): Promise<void> {
    while (this.#promises.size > 0) await Promise.allSettled(this.#promises);
  }
}

/** What of a compiled graph matters here. */
interface Graph {
  nodes: Record<string, { bound: object }>;
  withConfig(config: object): Graph;
}

/**
 * Lets a graph's nodes, and those of its subgraphs, be seen while they execute: LangGraph does not wait for one that goes on
 * after its run was stopped. The graph must be a copy; its nodes stay untouched, and wrapped ones take their place. A
 * subgraph that a function invokes by itself is not seen.
 */
export function trackNodes<Tracked extends object>(graph: Tracked): Tracked {
  const tracked = graph as Tracked & Graph;
  const nodes = Object.entries(tracked.nodes);
  tracked.nodes = Object.fromEntries(
    nodes.map(([name, node]) => [name, Object.create(node, { bound: { value: track(node.bound) } }) as typeof node]),
  );
  return graph;
}

function track(bound: object): object {
  if ("getStateHistory" in bound && "nodes" in bound) return trackNodes((bound as object as Graph).withConfig({}));
  if (!("func" in bound) || typeof bound.func !== "function") return bound;
  const func = bound.func as (...parameters: unknown[]) => unknown;
  const tracked = (...parameters: unknown[]) => {
    const result = func.apply(bound, parameters);
    const { configurable } = (parameters[1] ?? {}) as { configurable?: Record<string, unknown> };
    const running = configurable?.[key];
    if (running instanceof RunningNodes && result instanceof Promise) running.add(result);
    return result;
  };
  // A copy that keeps the prototype, and with it what LangChain tells a node's kind by.
  return Object.create(bound, { func: { value: tracked } }) as object;
}
