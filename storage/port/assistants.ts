import type { Assistant, AssistantVersion, Metadata } from "@langchain/langgraph-sdk";
import type { MetadataFilters } from "./filters.ts";
import type { Page } from "./page.ts";

/** An assistant that `filters` hide is for every method one that is not there. */
export interface AssistantStorage {
  /**
   * Inserts it and its first version, or with `if_exists: "do_nothing"` returns the row that is there. Throws
   * `assistant_exists`, also for one that `filters` hide.
   */
  create(
    assistant: NewAssistant,
    options: { if_exists: "raise" | "do_nothing"; filters?: MetadataFilters },
  ): Promise<Assistant>;
  /** Throws `assistant_not_found`. */
  get(assistant_id: string, filters?: MetadataFilters): Promise<Assistant>;
  search(query: AssistantSearch): Promise<Page<Assistant>>;
  count(query: AssistantQuery): Promise<number>;
  /** Changes what is given, as a new version; `metadata` is merged, its first level only. Throws `assistant_not_found`. */
  update(assistant_id: string, change: AssistantChange, filters?: MetadataFilters): Promise<Assistant>;
  /** Makes the assistant what it was in that version. Throws `assistant_not_found`, `assistant_version_not_found`. */
  setLatest(assistant_id: string, version: number, filters?: MetadataFilters): Promise<Assistant>;
  /** The newest first. Throws `assistant_not_found`. */
  listVersions(
    assistant_id: string,
    query: { metadata?: Metadata; limit: number; offset: number },
    filters?: MetadataFilters,
  ): Promise<AssistantVersion[]>;
  /** With its versions; its runs stay with their threads. Throws `assistant_not_found`. */
  delete(assistant_id: string, filters?: MetadataFilters): Promise<void>;
}

export type NewAssistant = Omit<Assistant, "version" | "created_at" | "updated_at">;

/** What makes a new version of an assistant. */
export type AssistantChange = Partial<Omit<NewAssistant, "assistant_id">>;

export interface AssistantQuery {
  graph_id?: string;
  /** A part of the name, in either case. */
  name?: string;
  /** What the metadata must contain, as `@>` of PostgreSQL has it. */
  metadata?: Metadata;
  filters?: MetadataFilters;
}

export interface AssistantSearch extends AssistantQuery {
  limit: number;
  offset: number;
  sort_by: "assistant_id" | "graph_id" | "created_at" | "updated_at" | "name";
  sort_order: "asc" | "desc";
}
