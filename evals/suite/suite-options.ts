import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { GraphRuntime } from "../../server/load-graphs.ts";
import type { Scorer, ScorerFunction } from "../scorers/scorer.ts";
import type { EvalCase, NewEvalCase } from "./eval-case.ts";
import type { Observation } from "./observation.ts";
import type { SimulatedUser } from "./simulate-user.ts";

/** A function under test. It is given the case's input; what it returns is the output. */
export type Task<Input = never> = (input: Input, context: { signal: AbortSignal }) => unknown;

type Method = (...parameters: never[]) => unknown;
/** Compiled, a builder, or an agent of LangChain's `createAgent`: of whatever copy of the libraries. */
type Graph = { getStateHistory: Method; stream: Method } | { compile: Method } | { graph: { getStateHistory: Method } };

/** What a suite can test. */
export interface Subjects<Input = never> {
  /**
   * The id of a graph of `langgraph.json`, or a graph: compiled, a builder, or a function that makes one, which is called for each
   * trial with its case. It runs in this process, with a memory of its own in each trial.
   */
  graph?: string | Graph | ((one: EvalCase, runtime: GraphRuntime) => Graph | Promise<Graph>);
  /** With `graph` as the id of an assistant: a server of the LangGraph API, driven through the SDK. */
  url?: string;
  /** A node: given the state, it answers an update. */
  node?: (state: never, config?: never) => unknown;
  /** A LangChain tool: the input is its arguments. */
  tool?: { name: string; invoke: Method };
  /** A LangChain retriever, or any object with `search(query)`: the input is the query. */
  retriever?: { invoke: Method } | { search: Method };
  /** A prompt program: a function that makes messages of the input, or `{ messages, schema }`, for `model` to answer. */
  prompt?: (input: Input) => unknown;
  /** Of `prompt`: a role or a chat model; `smart` unless told. */
  model?: "fast" | "smart" | BaseChatModel;
  /** Any function. */
  task?: Task<Input>;
}

type Only<All, Named extends keyof All> = Required<Pick<All, Named>> & { [Other in Exclude<keyof All, Named>]?: never };

/** What a suite tests: exactly one of them. */
export type SubjectOptions<Input = never> =
  | Only<Subjects<Input>, "graph">
  | (Only<Subjects<Input>, "graph" | "url"> & { graph: string })
  | Only<Subjects<Input>, "node">
  | Only<Subjects<Input>, "tool">
  | Only<Subjects<Input>, "retriever">
  | (Only<Omit<Subjects<Input>, "model">, "prompt"> & Pick<Subjects, "model">)
  | Only<Subjects<Input>, "task">;

/** What a suite has beside its subject: its cases, and what counts as good. */
export interface CommonOptions<Input = unknown> {
  /** The cases, or the path or URL of a file of them (`.jsonl`: one a line; `.json`: an array), relative to the suite's file. */
  cases: readonly NewEvalCase<Input>[] | string | URL;
  /** None where it is enough that the subject does not fail. */
  scorers?: readonly (Scorer | ScorerFunction)[];
  /** How often each case is tried where its answers may differ; a deterministic case is tried once. 1 unless told. */
  repeat?: number;
  /** Whether a second try cannot differ, where Troupe cannot know it by the calls of models that it sees. */
  deterministic?: boolean;
  /** `{ pass: 0.9, answer: 0.8 }`: the least share of cases that pass, and the least mean of a scorer. Nothing unless told. */
  threshold?: Record<string, number>;
  /** How many trials run at a time; 4 unless told. */
  concurrency?: number;
  /** Of one trial; 60,000 unless told. */
  timeoutMs?: number;
  /** Folders or files, relative to the suite's file, that make up the knowledge base of this suite, a new one each run. */
  documents?: readonly string[];
  /** The time that `Date` tells throughout the suite: ISO 8601. */
  clock?: string;
  /** The user of a graph's cases, once their own turns are said; see `simulateUser`. */
  user?: SimulatedUser;
  /** Most turns of one case, 10 unless told. */
  maxTurns?: number;
  /** Dollars for a million tokens, by the name of the model: what makes a cost of usage. */
  prices?: Record<string, { input: number; output: number }>;
  /** Reads from an output what its own fields hold; what it leaves out is found as always. */
  observe?: (output: never) => Partial<Pick<Observation, "text" | "route" | "documents" | "citations">>;
  /** Before the first case; what it returns is called after the last. */
  setup?: () => unknown;
}

/** A suite: what is tested, with which cases, and what counts as good. */
export type SuiteOptions<Input = unknown> = SubjectOptions<Input> & CommonOptions<NoInfer<Input>>;
