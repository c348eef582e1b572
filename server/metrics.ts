import type { RunOutcome, RunStorage, Storage } from "../storage/storage.ts";

/** What a server counts of itself, for `GET /metrics`. */
export interface Metrics {
  /** The same runs, with what becomes of them counted. */
  observe(runs: RunStorage): RunStorage;
  /** All in Prometheus' text format. */
  read(storage: Storage, streams: number): Promise<string>;
}

/** Upper bounds in seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Counts runs from now on; the rest is measured when it is asked for. */
export function createMetrics(): Metrics {
  const ended = new Map<RunOutcome["status"], number>();
  const durations = createHistogram();
  const waits = createHistogram();
  const started = new Map<string, number>();
  let lastLoad = performance.eventLoopUtilization();

  function start({ run_id, created_at, attempt }: { run_id: string; created_at: string; attempt: number }): void {
    started.set(run_id, performance.now());
    if (attempt === 1) waits.add(Math.max(0, Date.now() - Date.parse(created_at)) / 1000);
  }

  return {
    observe: (runs) =>
      override(runs, {
        async create(run, worker) {
          const created = await runs.create(run, worker);
          if (!created.existing && created.run.status === "running") start(created.run);
          return created;
        },
        async claim(worker) {
          const run = await runs.claim(worker);
          if (run) start(run);
          return run;
        },
        async release(claim) {
          started.delete(claim.run_id);
          await runs.release(claim);
        },
        async finish(claim, outcome) {
          const since = started.get(claim.run_id);
          started.delete(claim.run_id);
          await runs.finish(claim, outcome);
          ended.set(outcome.status, (ended.get(outcome.status) ?? 0) + 1);
          if (since !== undefined) durations.add((performance.now() - since) / 1000);
        },
      }),

    async read(storage, streams) {
      const [size, active] = await Promise.all([storage.size(), storage.runs.countActive()]);
      const oldest = active.oldest_pending ? (Date.now() - Date.parse(active.oldest_pending)) / 1000 : 0;
      const load = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(load, lastLoad);
      lastLoad = load;
      const { user, system } = process.cpuUsage();
      const statuses = [...ended].map(([status, count]): Sample => [`{status="${status}"}`, count]);
      const metrics: [name: string, type: string, help: string, samples: Sample[]][] = [
        ["troupe_runs_ended_total", "counter", "Runs that this process ended, by their status.", statuses],
        ["troupe_runs_pending", "gauge", "Runs that wait.", [["", active.pending]]],
        ["troupe_runs_running", "gauge", "Runs that execute.", [["", active.running]]],
        ["troupe_queue_age_seconds", "gauge", "How long the first run that could start waits.", [["", oldest]]],
        ["troupe_run_seconds", "histogram", "How long runs executed.", durations.samples()],
        ["troupe_queue_seconds", "histogram", "How long runs waited for their first start.", waits.samples()],
        ["troupe_streams", "gauge", "Streams that clients read.", [["", streams]]],
        ["troupe_threads", "gauge", "Threads that are kept.", [["", size.threads]]],
        ["troupe_storage_bytes", "gauge", "The size of the database with its log.", [["", size.bytes]]],
        ["troupe_storage_free_bytes", "gauge", "Its part that is free for later use.", [["", size.free_bytes]]],
        ["troupe_event_loop_utilization", "gauge", "Busy share of the time since last asked.", [["", utilization]]],
        ["process_cpu_seconds_total", "counter", "CPU time of the process.", [["", (user + system) / 1e6]]],
        ["process_resident_memory_bytes", "gauge", "Memory of the process.", [["", process.memoryUsage.rss()]]],
        ["process_start_time_seconds", "gauge", "When the process started.", [["", performance.timeOrigin / 1000]]],
      ];
      return metrics
        .flatMap(([name, type, help, samples]) => [
          `# HELP ${name} ${help}`,
          `# TYPE ${name} ${type}`,
          ...samples.map(([suffix, value]) => `${name}${suffix} ${value}`),
        ])
        .join("\n")
        .concat("\n");
    },
  };
}

/** What stands behind a metric's name, and its value. */
type Sample = [suffix: string, value: number];

function createHistogram() {
  const counts = bounds.map(() => 0);
  let sum = 0;
  let count = 0;
  return {
    add(value: number): void {
      sum += value;
      count += 1;
      bounds.forEach((bound, index) => value <= bound && (counts[index]! += 1));
    },
    samples: (): Sample[] => [
      ...bounds.map((bound, index): Sample => [`_bucket{le="${bound}"}`, counts[index]!]),
      ['_bucket{le="+Inf"}', count],
      ["_sum", sum],
      ["_count", count],
    ],
  };
}

/** The same object with some of its members replaced, also where it is an instance of a class. */
export const override = <Target extends object>(target: Target, own: Partial<Target>): Target =>
  new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name) as unknown;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
