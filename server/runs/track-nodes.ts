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

/** What of a node's runnable matters here. */
interface Bound {
  func?: (...parameters: unknown[]) => unknown;
  nodes?: Graph["nodes"];
}

interface Graph {
  nodes: Record<string, { bound: object }>;
}

const tracked = new WeakSet<Bound>();

/**
 * Lets a graph's nodes, and those of its subgraphs, be seen while they execute: LangGraph does not wait for one that goes on
 * after its run was stopped. Functions are wrapped where they stand, since a copy of a node would lose its private fields, and
 * do as before in every run that no `RunningNodes` watches. A subgraph that a function invokes by itself is not seen.
 */
export function trackNodes({ nodes }: Graph): void {
  for (const bound of Object.values(nodes).map((node): Bound => node.bound)) {
    if (tracked.has(bound)) continue;
    tracked.add(bound);
    if (bound.nodes) trackNodes(bound as Graph);
    else if (typeof bound.func === "function") bound.func = track(bound, bound.func);
  }
}

function track(bound: Bound, func: NonNullable<Bound["func"]>): NonNullable<Bound["func"]> {
  return (...parameters) => {
    const result = func.apply(bound, parameters);
    const { configurable } = (parameters[1] ?? {}) as { configurable?: Record<string, unknown> };
    const running = configurable?.[key];
    if (running instanceof RunningNodes && result instanceof Promise) running.add(result);
    return result;
  };
}
