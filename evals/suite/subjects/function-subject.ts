import { type RunnableConfig, RunnableLambda } from "@langchain/core/runnables";
import type { Subject } from "./subject.ts";

/** A subject that takes one input: each trial is one call. */
export function functionSubject(
  subject: Pick<Subject, "description" | "local">,
  call: (input: unknown, config: RunnableConfig & { signal: AbortSignal }) => unknown,
): Subject {
  return {
    ...subject,
    threads: false,
    begin() {
      let output: unknown;
      return {
        async take(turn, config) {
          const input = "input" in turn ? turn.input : undefined;
          // As a runnable, so that the calls that it makes reach the callbacks also where it does not hand its config on.
          const runnable = RunnableLambda.from(async (_: unknown, own: RunnableConfig) => ({
            output: await call(input, { ...own, signal: config.signal! }),
          }));
          ({ output } = await runnable.invoke({}, config));
          return [];
        },
        read: async () => output,
      };
    },
  };
}
