/**
 * Characters that are not seen, move the cursor or turn the order of others around: all but line breaks and tabs, and what
 * joins letters and emoji or chooses between two forms of one.
 */
const unseen =
  /(?!\t|\n|\u200C|\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]/gu;

/** A text in which such characters stand by their codes, `⟨U+001B⟩`: a report and a terminal must not deceive, nor obey a model. */
export const spellOut = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replaceAll(unseen, (sign) => `⟨U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`);

/** The same of every text in a value, and of its keys: what is shown on a terminal, before it is given its colours. */
export function spellOutAll<Value>(value: Value): Value {
  const spell = (inner: unknown): unknown => {
    if (typeof inner === "string") return spellOut(inner);
    if (Array.isArray(inner)) return inner.map(spell);
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [spellOut(key), spell(one)]));
  };
  return spell(value) as Value;
}
