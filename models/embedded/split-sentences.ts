const abbreviation =
  /(?:^|[\s(])(?:\p{L}|(?:\p{L}\.)+\p{L}|etc|cf|vs|approx|ca|nos|fig|eq|sec|ch|vol|pp|dr|mr|mrs|ms|prof|inc|ltd|corp|dept|est|min|max|tel|ext|al|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$/iu;

/** Sentences end at ".", "!" or "?" before white space, but not behind an abbreviation, an initial or "No. 5". */
export function splitSentences(text: string): string[] {
  const parts: string[] = [];
  for (const piece of text.split(/(?<=[.!?…]["'”’)\]]*)\s+/u)) {
    const before = parts.at(-1);
    const goesOn =
      before !== undefined && (abbreviation.test(before) || (/\bno\.$/i.test(before) && /^\d/.test(piece)));
    if (goesOn) parts.push(`${parts.pop()} ${piece}`);
    else parts.push(piece);
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}
