/** The right to execute a run, held by one worker until `finish`, `release` or the lease's end. Every write it makes carries it. */
export interface Claim {
  run_id: string;
  thread_id: string;
  /** 1 for the first execution; each later claim of the same run adds one. */
  attempt: number;
}
