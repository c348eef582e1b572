import { coerceMessageLikeToMessage } from "@langchain/core/messages";
import { TroupeError } from "../../../errors.ts";
import type { EvalCase } from "../eval-case.ts";
import type { Subjects } from "../suite-options.ts";
import { callPrompt } from "./call-prompt.ts";
import { functionSubject } from "./function-subject.ts";
import { graphSubject } from "./graph-subject.ts";
import { httpSubject } from "./http-subject.ts";
import type { Subject } from "./subject.ts";

/** What a suite names as its subject. Throws `suite_invalid` unless it is exactly one. */
export function findSubject(options: Subjects): keyof Subjects {
  const named = kinds.filter((kind) => options[kind] !== undefined);
  if (options.url !== undefined && typeof options.graph !== "string") {
    throw new TroupeError("suite_invalid", `The suite has the url "${options.url}" and no id of a graph there.`, {
      hint: 'Name the assistant or graph of that server: { graph: "agent", url: … }.',
    });
  }
  if (named.length === 1) return options.url === undefined ? named[0]! : "url";
  throw new TroupeError("suite_invalid", `The suite has ${named.length ? named.join(" and ") : "no subject"}.`, {
    hint: `Give it exactly one of ${kinds.join(", ")}.`,
  });
}

const kinds = ["graph", "node", "tool", "retriever", "prompt", "task"] as const;

/** Answers the cases if their subject can do all they ask. Throws `case_invalid`. */
export function checkCases(cases: EvalCase[], kind: keyof Subjects): EvalCase[] {
  for (const { place, turns, faults, cassette } of cases) {
    const refuse = (problem: string, hint: string) => {
      throw new TroupeError("case_invalid", `${place} ${problem}.`, { hint });
    };
    if (turns && kind !== "graph" && kind !== "url") {
      refuse(`has turns, but a ${kind} keeps no thread`, 'Give it "input".');
    }
    if (kind === "url" && (faults.length > 0 || cassette)) {
      refuse("plans faults or answers for a server", "Test the graph in this process: leave the url out.");
    }
  }
  return cases;
}

/** Opens what a suite tests. Throws `suite_invalid`, or what the loading of a graph throws. */
export async function openSubject(options: Subjects): Promise<Subject> {
  const kind = findSubject(options);
  const { graph, url, node, tool, retriever, prompt, model = "smart", task } = options;
  const open = (value: unknown, call: Parameters<typeof functionSubject>[1], local = true) =>
    functionSubject({ description: [...new Set([kind, nameOf(value)])].join(" "), local }, call);

  if (kind === "url") return httpSubject(url!, graph as string);
  if (kind === "graph") return graphSubject(graph);
  if (kind === "node") return open(node, (state, config) => (node as Callable)(withMessages(state), config));
  if (kind === "tool") return open(tool, methodOf(tool, "invoke", "Give it a tool of LangChain."));
  if (kind === "prompt") {
    return open(prompt, async (input, config) => callPrompt(await (prompt as Callable)(input), model, config));
  }
  if (kind === "task") return open(task, (input, { signal }) => (task as Callable)(input, { signal }), false);
  if (retriever instanceof Object && "invoke" in retriever) return open(retriever, methodOf(retriever, "invoke", ""));
  const search = methodOf(retriever, "search", "Give it a retriever of LangChain, or { search(query) }.");
  // What a config is to LangChain would be options to a search of one's own.
  return open(retriever, (query) => search(query));
}

type Callable = (...parameters: unknown[]) => unknown;

/** A tool has a name, a retriever's class has one, and so has a function. */
const nameOf = (value: unknown): string => {
  const { name, constructor } = value as { name?: unknown; constructor?: { name: string } };
  return (typeof name === "string" && name) || constructor?.name || "anonymous";
};

function methodOf(value: unknown, name: string, hint: string): Callable {
  const method = (value as Record<string, unknown> | null)?.[name];
  if (typeof method === "function") return (...parameters) => method.apply(value, parameters) as unknown;
  throw new TroupeError("suite_invalid", `The subject of the suite has no "${name}".`, { hint });
}

/** A case holds messages as JSON, a node reads objects. */
function withMessages(state: unknown): unknown {
  const { messages } = (state ?? {}) as { messages?: unknown };
  if (!Array.isArray(messages)) return state;
  return { ...(state as object), messages: messages.map((message) => coerceMessageLikeToMessage(message as never)) };
}
