import { INTERRUPT } from "@langchain/langgraph";
import { toWireJson } from "../wire-json.ts";
import type { Chunk } from "./to-frames.ts";

/** What a run comes to, gathered from its chunks. */
export interface RunResult {
  /** `valuesJson` is the chunk's data where it was made into JSON already. */
  add(chunk: Chunk, valuesJson: string | undefined): void;
  /** Whether it stopped at an interrupt or a breakpoint. */
  readonly interrupted: boolean;
  /** The last values with the interrupts that ended the run, as `/wait` answers them. */
  toJson(): string;
}

/** Starts gathering a run's result. */
export function createRunResult(): RunResult {
  let values: unknown;
  let json: string | undefined;
  let interrupts: unknown[] | undefined;

  return {
    add([namespace, mode, data], valuesJson) {
      if (mode !== "values") return;
      const found = (data as { [INTERRUPT]?: unknown[] } | null)?.[INTERRUPT];
      // A breakpoint inside a subgraph ends the run too, and comes with the subgraph's namespace and an empty list.
      if (found && (namespace.length === 0 || found.length === 0)) {
        interrupts = [...(interrupts ?? []), ...found];
      } else if (!found && namespace.length === 0) {
        values = data;
        json = valuesJson;
      }
    },
    get interrupted() {
      return interrupts !== undefined;
    },
    toJson() {
      if (interrupts) return toWireJson({ ...(values as object | undefined), [INTERRUPT]: interrupts });
      return json ?? toWireJson(values);
    },
  };
}
