import { quantityNoun } from "./noun-phrase.ts";

/**
 * What the second of two stands for where it leaves words to the first: "a charge at the wall and one at the dock",
 * "the fees of the large plan and the small one".
 */
export function standFor(text: string, first: string): string {
  const head = first.split(/ (?:at|in|on|with|for|from|by) /)[0] ?? "";
  const named = text.replace(/^(?:the )?(?:one|1|that) (?=(?:at|in|on|with|for|from|by|of)\b)/i, () => `${head} `);
  const owned = /^(?<what>.+) (?<of>of|for) /i.exec(first)?.groups;
  const isBare = owned && quantityNoun.test(owned["what"] ?? "") && !/\d/.test(named) && !quantityNoun.test(named);
  return isBare ? `${owned["what"]} ${owned["of"]} ${named}` : named;
}

/** "The large and the small plan's price": what the first of two leaves to the second. */
export function lendTail(first: string, second = ""): string {
  const tail = quantityNoun.test(first) ? undefined : quantityNoun.exec(second);
  return tail && !/\d/.test(first) && second.endsWith(tail[0]) ? `${first} ${tail[0]}` : first;
}

/** "The rent and the water charge for a full plot": what the last of a list belongs to, all of them do. */
export function shareTail(parts: string[]): string[] {
  const belonging = /\s(?:of|for|in|at|on|per) .+$/i;
  const tail = belonging.exec(parts.at(-1) ?? "")?.[0] ?? "";
  return parts.map((part) => (/\d/.test(part) || belonging.test(part) ? part : `${part}${tail}`));
}
