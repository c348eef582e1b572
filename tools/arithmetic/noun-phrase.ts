/** A noun that names a quantity: "price", "weight", "hours". */
export const quantityNoun =
  /\b(?:price|cost|fee|limit|size|weight|capacity|number|amount|rate|duration|length|time|height|width|salary|budget|temperature|count|age|deposit|revenue|period|allowance|distance|speed|range|score|percentage|population|area|volume|balance|payment|charge|tax|value|figure|quantity|total|sales|income|profit|loss|rent|wage|bill|premium|interest|discount|bonus|refund|surcharge|tariff|fare|grant|pressure|consumption|output|load|payload|hours|minutes|days|weeks|months|years|power|voltage)s?\b/i;

/** Whether a text can be the name of a number to look up ("the annual fee"), by its first and last words and its length. */
export const isNounPhrase = (text: string): boolean => {
  const words = text.split(/\s+/);
  if (words.length > 14 || !/[a-z]{2}/i.test(text) || /^\d/.test(text)) return false;
  if (/^(?:what|who|how|which) (?:do|does|is|are)\b|^(?:we|i|you|they|he|she|if)\b|\S how (?:much|many)\b/i.test(text))
    return false;
  if (/^(?:of|in|on|at|to|for|by|with|is|are|do|does|did|if|when|why|who|which|where|and|or)\b/i.test(text))
    return false;
  if (/\b(?:of|in|on|at|to|for|by|with|the|a|an|and|or|is|are|as|than|from|used|called|spent on)$/i.test(text))
    return false;
  return !/[?!;]/.test(text);
};
