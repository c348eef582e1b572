/**
 * The entry point `troupe/testing/vitest`: importing it, best as a `setupFiles` of vitest, adds matchers for what graphs,
 * nodes and routers answer and for what the LangGraph SDK and evals tell of them.
 */
import { expect, type MatchersObject } from "vitest";
import { isPromise, readCitations, readInterrupts, readRoute, readToolCalls } from "./read-outcome.ts";

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /**
     * That a model called a tool, with arguments equal to these where they are given; `expect.objectContaining` names a
     * part of them.
     */
    toCallTool(name: string, args?: unknown): R;
    /**
     * That it went to exactly these workers, by the `route` of the state or as a router answered them; where only the nodes that
     * ran are known, that these are among them.
     */
    toRoute(...names: string[]): R;
    /**
     * That the answer cites a source, by its whole name or the end of its path, in a passage that holds the line or all
     * lines from the first to the last.
     */
    toCite(source: string, options?: { lines?: number | [first: number, last: number] }): R;
    /** That it waits for a person with a value equal to this; without one, that it waits at all. */
    toInterruptWith(value?: unknown): R;
  }
}

/** The matchers by their names, as `expect.extend` takes them. */
export const matchers = {
  toCallTool(outcome, name: string, ...args) {
    const print = (value: unknown) => this.utils.stringify(value, undefined, { min: true });
    const calls = readToolCalls(outcome);
    if (!calls) return untold(this, "messages", outcome);
    const pass = calls.some((call) => call.name === name && (!args.length || this.equals(call.args, args[0])));
    const wanted = `the tool "${name}"${args.length ? ` with ${print(args[0])}` : ""}`;
    const seen = calls.map((call) => `${call.name}(${print(call.args)})`);
    return {
      pass,
      message: () => `Expected a call of ${wanted}${this.isNot ? " not to be there" : ""}. ${list("Called", seen)}`,
    };
  },

  toRoute(outcome, ...names: string[]) {
    const route = readRoute(outcome);
    if (!route) {
      return untold(
        this,
        "route, nodes or goto",
        outcome,
        "Give it what the router function, or a node with a Command, answered.",
      );
    }
    const pass = route.nodes
      ? names.every((name) => route.nodes.includes(name))
      : this.equals(route.workers.toSorted(), names.toSorted());
    const told = route.nodes ? list("Ran", route.nodes) : list("Went to", route.workers);
    return { pass, message: () => `Expected it ${this.isNot ? "not " : ""}to route to ${names.join(", ")}. ${told}` };
  },

  toCite(outcome, source: string, { lines }: { lines?: number | [number, number] } = {}) {
    const citations = readCitations(outcome);
    if (!citations) return untold(this, "citations", outcome);
    const [first = 0, last = first] = [lines ?? []].flat();
    const pass = citations.some(
      (citation) =>
        (citation.source === source || citation.source.endsWith(`/${source}`)) &&
        (lines === undefined || ((citation.line_start ?? 0) <= first && last <= (citation.line_end ?? 0))),
    );
    const seen = citations.map(({ source: cited, line_start, line_end }) => `${cited}:${line_start}-${line_end}`);
    const wanted = lines === undefined ? source : `${source}:${[lines].flat().join("-")}`;
    return { pass, message: () => `Expected ${wanted} ${this.isNot ? "not " : ""}to be cited. ${list("Cited", seen)}` };
  },

  toInterruptWith(outcome, ...values) {
    const print = (value: unknown) => this.utils.stringify(value, undefined, { min: true });
    const interrupts = readInterrupts(outcome);
    if (!interrupts) return untold(this, "state", outcome);
    const pass = interrupts.some((value) => !values.length || this.equals(value, values[0]));
    const wanted = values.length ? ` with ${print(values[0])}` : "";
    const seen = interrupts.map((value) => print(value));
    return {
      pass,
      message: () => `Expected ${this.isNot ? "no" : "an"} interrupt${wanted}. ${list("Interrupted with", seen)}`,
    };
  },
} satisfies MatchersObject;

/** What tells nothing fails with `.not` too. */
const untold = ({ isNot = false }: { isNot?: boolean }, what: string, outcome: unknown, hint = "") => ({
  pass: isNot,
  message: () => {
    if (isPromise(outcome)) return "What was given to expect is a promise: await it.";
    return `What was given to expect has no ${what}.${hint && ` ${hint}`}`;
  },
});

const list = (verb: string, things: string[]): string =>
  things.length ? `${verb}:\n${things.map((thing) => `  ${thing}`).join("\n")}` : `${verb}: nothing.`;

expect.extend(matchers);
