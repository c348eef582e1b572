import { first } from "./migrations/001-first.ts";
import { runs } from "./migrations/002-runs.ts";
import { threads } from "./migrations/003-threads.ts";
import { assistants } from "./migrations/004-assistants.ts";
import { store } from "./migrations/005-store.ts";
import { crons } from "./migrations/006-crons.ts";
import { webhooks } from "./migrations/007-webhooks.ts";
import { effects } from "./migrations/008-effects.ts";
import { spans } from "./migrations/009-spans.ts";

/**
 * The tables of the server's file. Columns carry the wire's names; JSON is text, times are ISO 8601 unless a comment says otherwise.
 * Tables that are read by their whole key have no rowid: one tree to write instead of two.
 */
export const migrations: readonly string[] = [first, runs, threads, assistants, store, crons, webhooks, effects, spans];
