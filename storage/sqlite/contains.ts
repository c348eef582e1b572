import type { MetadataFilters } from "../storage.ts";

/** Whether JSON holds all that is asked for, as `@>` of PostgreSQL: an object its keys, a list elements that match. */
export function contains(held: unknown, asked: unknown): boolean {
  if (typeof asked !== "object" || asked === null) return held === asked;
  if (Array.isArray(asked)) {
    return Array.isArray(held) && asked.every((element) => held.some((candidate) => contains(candidate, element)));
  }
  if (typeof held !== "object" || held === null || Array.isArray(held)) return false;
  return Object.entries(asked).every(
    ([key, value]) => Object.hasOwn(held, key) && contains((held as Record<string, unknown>)[key], value),
  );
}

/** Filters as what metadata must contain. A value that the handler forgot to give matches null only, not everything. */
export function toContained(filters: MetadataFilters | undefined): Record<string, unknown> {
  const entries = Object.entries(filters ?? {}).map(([key, filter]) => {
    if (typeof filter !== "object" || filter === null) return [key, filter ?? null];
    if (filter.$contains !== undefined) return [key, [filter.$contains].flat()];
    return [key, filter.$eq ?? null];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** Whether a row's metadata is for its reader to see. */
export const isVisible = (metadata: object, filters: MetadataFilters | undefined): boolean =>
  contains(metadata, toContained(filters));
