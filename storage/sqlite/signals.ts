import type { Unsubscribe } from "../storage.ts";

/** Listeners by what they wait for, within this process. */
export interface Signals {
  on(topic: string, listener: () => void): Unsubscribe;
  emit(topic: string): void;
  emitAll(): void;
}

/** Makes signals without listeners. A listener must not throw; one that is added twice is called twice. */
export function createSignals(): Signals {
  const topics = new Map<string, Set<() => void>>();
  return {
    on(topic, listener) {
      const call = () => listener();
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(call));
      return () => {
        listeners.delete(call);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    emit(topic) {
      for (const call of topics.get(topic) ?? []) call();
    },
    emitAll() {
      for (const listeners of topics.values()) for (const call of listeners) call();
    },
  };
}

/** Wakes the readers of a run, and those of its thread. */
export function emitRun(signals: Signals, { run_id, thread_id }: { run_id: string; thread_id: string }): void {
  signals.emit(run_id);
  signals.emit(thread_id);
}
