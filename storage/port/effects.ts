/** Who starts a side effect, and which: `key` names one effect within its thread. */
export interface NewEffect {
  thread_id: string;
  key: string;
  run_id: string;
  attempt: number;
  started_at: string;
}

/** What is known of a side effect that was started. */
export interface Effect extends NewEffect {
  /** `asked`: it did not finish in the execution that started it, so a person is asked what became of it. */
  status: "started" | "asked" | "finished";
  /** JSON; null for none. */
  result: string | null;
  /**
   * The graph's task that asked last, and how often it did. LangGraph gives a task that runs again its answers in the
   * order of its questions, so that it has to put the same ones again.
   */
  task: string | null;
  asks: number;
}

export interface EffectStorage {
  /** Those that this process performs right now, whatever the claim: a second caller waits for the same end. */
  readonly performing: Map<string, Promise<string | null>>;
  /**
   * Commits that an effect starts, and answers `undefined`; or answers the row when its key is known. With `known`, that
   * row starts again at a person's word. Throws `claim_stale`.
   */
  begin(effect: NewEffect, known?: Effect): Promise<Effect | undefined>;
  /** Commits the result. Answers `false` when the effect is finished already, or was started again since. */
  finish(effect: NewEffect, result: string | null): Promise<boolean>;
  /** Commits that a task of the graph asks for the outcome. Answers `false` as `finish` does. */
  ask(effect: NewEffect, task: string, asks: number): Promise<boolean>;
  /** Takes back the start of an effect that did not happen. */
  forget(effect: NewEffect): Promise<void>;
}
