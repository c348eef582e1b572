import { isTroupeError } from "../../errors.ts";
import type { Storage } from "../../storage/storage.ts";

/** A storage that tells, by its method, each write that it refused since its claim was stale. */
export function tellRefusals(storage: Storage, tell: (method: string) => void): Storage {
  const watch = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        return (...parameters: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(value, target, parameters);
          if (answer instanceof Promise) {
            answer.catch((error: unknown) => {
              if (isTroupeError(error) && error.code === "claim_stale") tell(String(name));
            });
          }
          return answer;
        };
      },
    });
  return {
    ...storage,
    runs: watch(storage.runs),
    events: watch(storage.events),
    checkpointerFor: (claim, options) => watch(storage.checkpointerFor(claim, options)),
  };
}
