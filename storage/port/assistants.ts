import type { Assistant, Metadata } from "@langchain/langgraph-sdk";
import type { Page } from "./page.ts";

export interface AssistantStorage {
  /** Inserts, or with `if_exists: "do_nothing"` returns the row that is there. */
  create(assistant: Assistant, options: { if_exists: "raise" | "do_nothing" }): Promise<Assistant>;
  /** Throws `assistant_not_found`. */
  get(assistant_id: string): Promise<Assistant>;
  search(query: AssistantQuery): Promise<Page<Assistant>>;
}

export interface AssistantQuery {
  graph_id?: string;
  name?: string;
  metadata?: Metadata;
  limit: number;
  offset: number;
  sort_by: "assistant_id" | "graph_id" | "created_at" | "updated_at" | "name";
  sort_order: "asc" | "desc";
}
