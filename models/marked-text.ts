const kinds = ["passage", "calculation", "finding", "turn"] as const;

/** A piece of text that no user wrote, with where it came from. */
export interface MarkedText {
  kind: (typeof kinds)[number];
  /** What an answer cites it by. */
  id?: string;
  source?: string;
  /** `"3-10"`. */
  lines?: string;
  /** The headings it stands under: `"Travel > Expenses"`. */
  heading?: string;
  /** How well it fits the question, 0 to 1. */
  relevance?: number;
  /** The part of the user's question that this answers; of a turn, the question that it answered then. */
  question?: string;
  text: string;
}

/**
 * Writes foreign text into a prompt as data: `<passage id="1" source="docs/a.md" lines="3-10">…</passage>`. Nothing in
 * the text can close its own block or open another; `readMarkedText` gives it back unchanged.
 */
export function markText(block: MarkedText): string {
  const { kind, text, ...attributes } = block;
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`);
  return `<${kind}${written.join("")}>\n${escapeText(text)}\n</${kind}>`;
}

/** Finds the marked blocks of a prompt, in order, and what is left without them. */
export function readMarkedText(prompt: string): { blocks: MarkedText[]; rest: string } {
  const blocks: MarkedText[] = [];
  const rest = prompt.replace(blockPattern, (_, kind: MarkedText["kind"], attributes: string, text: string) => {
    blocks.push({ kind, ...readAttributes(attributes), text: unescapeText(text) });
    return "";
  });
  return { blocks, rest: rest.replace(/\n{3,}/g, "\n\n").trim() };
}

const blockPattern = new RegExp(`<(${kinds.join("|")})((?: [a-z]+="[^"<>]*")*)>\\n([\\s\\S]*?)\\n</\\1>`, "g");

/**
 * A `<` that a lenient reader could take for one of our tags: any case, with white space, slashes or invisible
 * characters in between. Look-alike letters make another word, which is data like any other.
 */
const tagStart = new RegExp(
  `<(?=[\\s/\\p{C}]*(?:${kinds.map((kind) => kind.split("").join("\\p{Cf}*")).join("|")}))`,
  "giu",
);

// `&lt;` that was in the text already gets one more `amp;`, so that reading is the exact inverse of writing.
const escapeText = (text: string) => text.replace(/&((?:amp;)*lt;)/g, "&amp;$1").replace(tagStart, "&lt;");
const unescapeText = (text: string) =>
  text.replace(/&((?:amp;)*)lt;/g, (_, more: string) => (more ? `&${more.slice("amp;".length)}lt;` : "<"));

const entities: Record<string, string> = {
  "&": "&amp;",
  '"': "&quot;",
  "<": "&lt;",
  ">": "&gt;",
  "\n": "&#10;",
  "\r": "&#13;",
};
const characters = new Map(Object.entries(entities).map(([character, entity]) => [entity, character]));
const escapeAttribute = (value: string) =>
  value.replace(/[&"<>\n\r]/g, (character) => entities[character] ?? character);
const unescapeAttribute = (value: string) =>
  value.replace(/&(?:amp|quot|lt|gt|#10|#13);/g, (entity) => characters.get(entity) ?? entity);

function readAttributes(written: string): Omit<MarkedText, "kind" | "text"> {
  const pairs = [...written.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [
    name,
    unescapeAttribute(value ?? ""),
  ]);
  const { relevance, ...texts } = Object.fromEntries(pairs) as Record<string, string>;
  return { ...texts, ...(relevance === undefined ? {} : { relevance: Number(relevance) }) };
}
