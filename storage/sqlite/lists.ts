/**
 * How a list is stored. A version names its base, an earlier version of the list, how many of the base's elements it
 * keeps, and the elements behind those. Bases would form a chain as long as the thread, so every 64th version, a
 * milestone, has the milestone before it as its base: reading takes at most 64 rows and one for each milestone, and an
 * element is written at most twice.
 */
export interface StoredList {
  base: number | null;
  keep: number;
  /** How many versions lie between it and the milestone below it; 0 for a milestone. */
  stride: number;
  /** JSON of one element a line; JSON has no line breaks of its own. */
  value: string;
}

/** A version of a list with all its elements as JSON: what the next version is compared with. */
export interface ListVersion {
  version: number;
  elements: readonly string[];
  stride: number;
  /** The milestone below it, or itself, and how many of its elements are kept to this version. */
  milestone: { version: number; keep: number };
}

const milestoneStride = 64;

/** Stores a list as what it adds to an earlier version. */
export function storeList(
  version: number,
  elements: readonly string[],
  earlier: ListVersion | undefined,
): { stored: StoredList; list: ListVersion } {
  const common = earlier ? commonLength(earlier.elements, elements) : 0;
  const stride = earlier ? (earlier.stride + 1) % milestoneStride : 0;
  const kept = earlier ? Math.min(earlier.milestone.keep, common) : 0;
  const isMilestone = stride === 0;
  const keep = isMilestone ? kept : common;
  // Bases only ever decrease, so that they cannot form a circle, whatever versions a caller makes up.
  if (!earlier || keep === 0 || !(earlier.version < version)) return wholeList(version, elements);
  return {
    stored: {
      base: isMilestone ? earlier.milestone.version : earlier.version,
      keep,
      stride,
      value: elements.slice(keep).join("\n"),
    },
    list: {
      version,
      elements,
      stride,
      milestone: isMilestone ? { version, keep: elements.length } : { version: earlier.milestone.version, keep: kept },
    },
  };
}

/** Stores a list that stands on no other. */
export function wholeList(version: number, elements: readonly string[]): { stored: StoredList; list: ListVersion } {
  return {
    stored: { base: null, keep: 0, stride: 0, value: elements.join("\n") },
    list: { version, elements, stride: 0, milestone: { version, keep: elements.length } },
  };
}

/** Puts a list's version together from the row that holds it and those of its bases, which `read` reads. */
export function readList(version: number, row: StoredList, read: (version: number) => StoredList): ListVersion {
  const rows = [{ version, stored: row }];
  for (let base = row.base; base !== null;) {
    const stored = read(base);
    rows.push({ version: base, stored });
    base = stored.base;
  }
  let elements: string[] = [];
  let stride = 0;
  let milestone = { version, keep: 0 };
  for (const { version: at, stored } of rows.toReversed()) {
    elements.length = stored.keep;
    if (stored.value !== "") elements = elements.concat(stored.value.split("\n"));
    stride = stored.stride;
    milestone =
      stride === 0
        ? { version: at, keep: elements.length }
        : { ...milestone, keep: Math.min(milestone.keep, stored.keep) };
  }
  return { version, elements, stride, milestone };
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
