/** Every error code of the project with the HTTP status it answers; `docs/errors.md` explains each. */
export const errorStatus = {
  invalid_request: 422,
  body_malformed: 400,
  body_too_large: 413,
  host_refused: 403,
  origin_refused: 403,
  unauthorized: 401,
  forbidden: 403,
  auth_failed: 500,
  route_not_found: 404,
  graph_not_found: 404,
  assistant_not_found: 404,
  assistant_exists: 409,
  assistant_version_not_found: 404,
  thread_not_found: 404,
  thread_exists: 409,
  thread_busy: 422,
  run_active: 409,
  state_busy: 409,
  run_not_found: 404,
  idempotency_key_reused: 422,
  cron_not_found: 404,
  webhook_refused: 422,
  too_many_runs: 429,
  too_many_streams: 429,
  run_attempts_exceeded: 500,
  checkpoint_not_found: 404,
  claim_stale: 409,
  effect_without_thread: 500,
  graph_load_failed: 500,
  config_invalid: 500,
  port_taken: 500,
  address_unsafe: 500,
  storage_failed: 500,
  storage_full: 507,
  item_not_found: 404,
  source_not_found: 404,
  source_unsupported: 415,
  source_unreadable: 422,
  chroma_unreachable: 503,
  embedding_failed: 502,
  model_unknown: 500,
  model_key_missing: 500,
  model_failed: 502,
  model_needed: 422,
  model_calls_forbidden: 500,
  expression_invalid: 422,
  trace_missing: 404,
  cassette_missed: 500,
  cassette_invalid: 422,
  suite_invalid: 422,
  case_invalid: 422,
  eval_run_not_found: 404,
  server_unreachable: 503,
  server_closing: 503,
  internal_error: 500,
} as const;

/** The code of an error, `<thing>_<problem>`: stable, for programs. */
export type ErrorCode = keyof typeof errorStatus;

/** An error for people: what happened (`message`), to what (quoted in it) and what to do next (`hint`). */
export class TroupeError extends Error {
  override readonly name = "TroupeError";
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: { hint: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  /** The HTTP status that this error answers with. */
  get status(): number {
    return errorStatus[this.code];
  }
}

/** Whether a value is a `TroupeError`, also one that another copy of this module made. */
export const isTroupeError = (error: unknown): error is TroupeError =>
  error instanceof Error && error.name === "TroupeError" && "code" in error && "hint" in error;
