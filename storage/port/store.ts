import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { BaseStore, Item, SearchItem } from "@langchain/langgraph-checkpoint";
import type { MetadataFilters } from "./filters.ts";

/**
 * What graphs keep between threads: LangGraph's store, with a lifetime for each item and with what a caller may see.
 * A search with a query answers the nearest items first, by their embeddings where the store has an index and by shared
 * words where it has none. Methods throw `InvalidNamespaceError` of LangGraph, and what the embeddings throw:
 * an item that cannot be embedded is not written.
 */
export interface ItemStore extends BaseStore {
  /** `ttl` in minutes, null for an item that stays; the default of the store where it is left out. */
  putItem(namespace: string[], key: string, value: Record<string, unknown>, options: PutOptions): Promise<void>;
  getItem(namespace: string[], key: string, options: { refresh_ttl?: boolean }): Promise<Item | null>;
  searchItems(namespacePrefix: string[], query: ItemQuery): Promise<SearchItem[]>;
  /** Deletes what has outlived its time, down to its bytes. Answers how many items. */
  sweep(): Promise<number>;
}

export interface PutOptions {
  index?: false | string[];
  ttl?: number | null;
}

export interface ItemQuery {
  /** By the fields of the value: equal, or `$eq`, `$ne`, `$gt`, `$gte`, `$lt`, `$lte`, `$in`, `$nin`. */
  filter?: Record<string, unknown>;
  query?: string;
  limit?: number;
  offset?: number;
  refresh_ttl?: boolean;
  /** Hides what the caller may not see: they are held against an item's value, `namespace` and `key`. */
  visible?: MetadataFilters;
}

/** How a store is set up, as `store` of `langgraph.json` says it. */
export interface StoreSettings {
  index?: { embeddings: EmbeddingsInterface; fields?: string[] };
  ttl?: {
    /** Minutes; items stay where it is left out. */
    default_ttl?: number;
    /** Whether a read gives an item its whole lifetime again; yes unless told. */
    refresh_on_read?: boolean;
    sweep_interval_minutes?: number;
  };
}
