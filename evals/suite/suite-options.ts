import type { ConfigurableScorer, Scorer, ScorerFunction } from "../scorers/scorer.ts";
import type { NewEvalCase } from "./eval-case.ts";
import type { Observation } from "./observation.ts";
import type { SimulatedUser } from "./simulated-user.ts";

/** A function under test. It is given the case's input; what it returns is the output. */
export type Task = (input: never, context: { signal: AbortSignal }) => unknown;

/** What a suite tests: exactly one of these. */
export interface SubjectOptions {
  /** The id of a graph of `langgraph.json`, or a graph: compiled, or a builder. It runs in this process, with a memory of its own. */
  graph?: unknown;
  /** With `graph` as the id of an assistant: a server of the LangGraph API, driven through the SDK. */
  url?: string;
  /** A node: given the state, it answers an update. */
  node?: (state: never, config?: never) => unknown;
  /** A LangChain tool: the input is its arguments. */
  tool?: unknown;
  /** A LangChain retriever, or any object with `search(query)`: the input is the query. */
  retriever?: unknown;
  /** A prompt program: a function that makes messages of the input, which `model` (role `smart` unless told) answers. */
  prompt?: (input: never) => unknown;
  /** Any function. */
  task?: Task;
}

/** A suite: what is tested, with which cases, and what counts as good. */
export interface SuiteOptions extends SubjectOptions {
  /** The cases, or the path or URL of a file of them (`.jsonl`: one a line; `.json`: an array), relative to the suite's file. */
  cases: readonly NewEvalCase[] | string | URL;
  scorers: readonly (Scorer | ConfigurableScorer<never> | ScorerFunction)[];
  /** How often each case is tried where its answers may differ; a deterministic case is tried once. 1 unless told. */
  repeat?: number;
  /** `{ pass: 0.9, answer: 0.8 }`: the least share of cases that pass, and the least mean of a scorer. Nothing unless told. */
  threshold?: Record<string, number>;
  /** How many trials run at a time; 4 unless told. With a fixed clock and a knowledge base too. */
  concurrency?: number;
  /** Of one trial; 60,000 unless told. */
  timeoutMs?: number;
  /** Folders or files, relative to the suite's file, that make up the knowledge base of this suite, a new one each run. */
  documents?: readonly string[];
  /** The time that `Date` tells throughout the suite: ISO 8601. */
  clock?: string;
  /** The user of cases with `turns`, once those are said; see `simulateUser`. */
  user?: SimulatedUser;
  /** Most turns of one case, 10 unless told. */
  maxTurns?: number;
  /** Dollars for a million tokens, by the name of the model: what makes a cost of usage. */
  prices?: Record<string, { input: number; output: number }>;
  /** Reads from a final state what its own channels hold; what it leaves out is found as always. */
  observe?: (values: never) => Partial<Pick<Observation, "text" | "route" | "documents" | "citations">>;
  /** Before the first case; what it returns is called after the last. */
  setup?: () => unknown;
}
