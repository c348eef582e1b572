import type { Span, StoredSpan } from "../../../storage/storage.ts";

/** A node as a server's stream told of it. */
export interface RemoteNode {
  span: Span;
  run_id: string;
}

/**
 * One list of the nodes that a stream told of and the calls that the server kept, each call behind the node that made it and within it.
 * The two are put together by run, name and step: the clocks of the machines may differ, and a stream tells of no steps. A call of no
 * node that was streamed is put behind the node that the run had come to.
 */
export function placeCalls(nodes: readonly RemoteNode[], calls: readonly StoredSpan[]): Span[] {
  const rest = [...nodes];
  const claimed = new Set<RemoteNode>();
  const makers = new Map<string, RemoteNode>();
  const placed: Span[] = [];
  /** The node that each run had come to. */
  const last = new Map<string, RemoteNode>();
  const come = (node: RemoteNode) => {
    const index = rest.indexOf(node);
    if (index < 0) return;
    for (const one of rest.splice(0, index + 1)) {
      placed.push(one.span);
      last.set(one.run_id, one);
    }
  };
  for (const call of calls.toSorted((a, b) => (a.started_at < b.started_at ? -1 : 1))) {
    const key = JSON.stringify([call.run_id, call.node, call.step]);
    const isOfRun = ({ run_id }: RemoteNode) => run_id === call.run_id;
    const made = (one: RemoteNode) => isOfRun(one) && one.span.name === call.node && !claimed.has(one);
    const maker = makers.get(key) ?? nodes.find(made);
    if (maker) {
      claimed.add(maker);
      makers.set(key, maker);
      come(maker);
    } else if (!last.has(call.run_id)) {
      const first = nodes.find(isOfRun);
      if (first) come(first);
    }
    const around = maker ?? last.get(call.run_id);
    placed.push({ ...call, parent_id: call.parent_id ?? around?.span.span_id ?? null });
  }
  return [...placed, ...rest.map(({ span }) => span)];
}
