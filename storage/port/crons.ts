import type { Cron as WireCron } from "@langchain/langgraph-sdk";
import type { MetadataFilters } from "./filters.ts";
import type { Page, Unsubscribe } from "./page.ts";

/** Runs that start by a schedule. `payload` is the body of the request for one; `next_run_date` is null when no time is left. */
export interface Cron extends WireCron {
  on_run_completed: "delete" | "keep";
  /** Who made it, for its runs' nodes; not for clients. */
  caller: Record<string, unknown> | null;
}

export type NewCron = Omit<Cron, "created_at" | "updated_at">;

/** What a run fires: its cron moves from one due time to the next in the commit that makes the run. */
export interface FiredCron {
  cron_id: string;
  due: string;
  next_run_date: string | null;
}

export interface CronQuery {
  assistant_id?: string;
  thread_id?: string;
  enabled?: boolean;
  metadata?: Record<string, unknown>;
  filters?: MetadataFilters;
}

export interface CronSearch extends CronQuery {
  limit: number;
  offset: number;
  sort_by: "cron_id" | "assistant_id" | "thread_id" | "created_at" | "updated_at" | "next_run_date";
  sort_order: "asc" | "desc";
}

/** A cron that `filters` hide is for every method one that is not there. It goes with its thread. */
export interface CronStorage {
  create(cron: NewCron): Promise<Cron>;
  /** Throws `cron_not_found`. */
  get(cron_id: string, filters?: MetadataFilters): Promise<Cron>;
  search(query: CronSearch): Promise<Page<Cron>>;
  count(query: CronQuery): Promise<number>;
  /** `change` is made of the row as it then is. Throws `cron_not_found`. */
  update(cron_id: string, change: (cron: Cron) => Partial<NewCron>, filters?: MetadataFilters): Promise<Cron>;
  /** Throws `cron_not_found`. */
  delete(cron_id: string, filters?: MetadataFilters): Promise<void>;
  /** Those that are enabled and due, the longest first. */
  listDue(now: Date): Promise<Cron[]>;
  /** When the next is due, in ms since 1970. */
  nextDue(): Promise<number | undefined>;
  /** Passes over a due time, or ends the cron with `enabled: false`, unless another process has dealt with that time. */
  skip(fired: FiredCron, enabled: boolean): Promise<void>;
  /** Calls back when `nextDue` may have changed. What another process did is heard within a moment. */
  onDue(listener: () => void): Unsubscribe;
}
