import { notInDocuments } from "../../models/index.ts";

/** A conversation and what its last answer must be like; `turns` before the last only lead up to it. */
export interface Question {
  kind: string;
  turns: string[];
  expect: {
    /** The file that must be among the first three citations. */
    source?: string;
    /** Files that must be cited too. */
    also_sources?: string[];
    /** Texts that the answer must hold; of an inner list, one. */
    contains?: (string | string[])[];
    /** The documents hold no answer. */
    refused?: true;
  };
}

/** An answer's text and the names of the files that it cites, in order. */
export interface Answer {
  text: string;
  sources: string[];
}

/** What is wrong with an answer; empty when it is right. */
export function judge({ expect }: Question, { text, sources }: Answer): string[] {
  const refuses = text.includes(notInDocuments);
  if (expect.refused) return refuses && sources.length === 0 ? [] : ["the documents do not hold this"];
  const { source, also_sources = [], contains = [] } = expect;
  return [
    ...(refuses && sources.length === 0 ? ["refused"] : []),
    ...(source && !sources.slice(0, 3).includes(source) ? [`does not cite ${source} first`] : []),
    ...also_sources.filter((also) => !sources.includes(also)).map((also) => `does not cite ${also}`),
    ...contains
      .filter((wanted) => ![wanted].flat().some((one) => holds(text, one)))
      .map((wanted) => `lacks ${String(wanted)}`),
  ];
}

/** Without regard to case, line breaks and thousands commas; a number only as a whole: 5 is not in 15, nor in 5.5. */
function holds(text: string, wanted: string): boolean {
  const [plain, part] = [text, wanted].map(simplify) as [string, string];
  if (!/^\d+(?:\.\d+)?$/.test(part)) return plain.includes(part);
  const zeros = part.includes(".") ? "0*" : String.raw`(?:\.0+)?`;
  return new RegExp(String.raw`(?<!\d)(?<!\d\.)${part.replace(".", String.raw`\.`)}${zeros}(?!\d|\.\d)`).test(plain);
}

const simplify = (text: string) =>
  text
    .toLowerCase()
    .replace(/[*\x60_]/g, "")
    .replace(/[‘’]/g, "'")
    .replace(/(\d),(?=\d{3}(?!\d))/g, "$1")
    .replace(/\s+/g, " ");
