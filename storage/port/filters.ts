/**
 * What a row's metadata must hold for its reader to see it, as an auth handler answers it: a value, or `$eq`, or
 * `$contains` of an array's elements. All keys must match.
 */
export type MetadataFilters = Record<
  string,
  string | number | boolean | { $eq?: string | number | boolean; $contains?: string | string[] }
>;
