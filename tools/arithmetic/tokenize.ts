import { TroupeError } from "../../errors.ts";

/** A piece of an arithmetic expression and where it starts, counted from 0. */
export interface Token {
  kind: "number" | "name" | "sign";
  text: string;
  at: number;
}

const grouped = String.raw`\d{1,3}(?:,\d{3})+(?!\d)|`;
const pieces = (number: string) =>
  new RegExp(
    String.raw`\s*(?:(?<number>(?:${number}\d+)(?:\.\d+)?(?:e[+-]?\d{1,3}(?![\w.]))?|\.\d+)|(?<name>[a-z]+)|(?<sign>\*\*|[-+*/^%(),×÷·−–]))\s*`,
    "iy",
  );
const piece = pieces(grouped);
/** Between the parentheses of a function a comma separates values: `max(100,200)` has two. */
const pieceInCall = pieces("");

const spelling = new Map([
  ["×", "*"],
  ["·", "*"],
  ["÷", "/"],
  ["−", "-"],
  ["–", "-"],
  ["**", "^"],
  ["percent", "%"],
]);

/** Splits an arithmetic expression; thousands commas go, and every sign is in its one spelling. Throws `expression_invalid`. */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const calls: boolean[] = [];
  for (let at = 0; at < expression.length;) {
    const pattern = calls.at(-1) ? pieceInCall : piece;
    pattern.lastIndex = at;
    const groups = pattern.exec(expression)?.groups;
    if (!groups) {
      throw new TroupeError(
        "expression_invalid",
        `The expression "${expression}" has an unexpected "${expression[at]}" at ${at + 1}.`,
        {
          hint: "Write numbers, arithmetic signs and parentheses only.",
        },
      );
    }
    const written = (groups.number?.replaceAll(",", "") ?? groups.name ?? groups.sign!).toLowerCase();
    const text = spelling.get(written) ?? written;
    const kind = groups.number ? "number" : /[a-z]/.test(text) ? "name" : "sign";
    if (text === "(") calls.push(tokens.at(-1)?.kind === "name" && tokens.at(-1)?.text !== "of");
    if (text === ")") calls.pop();
    tokens.push({ kind, text, at });
    at = pattern.lastIndex;
  }
  return tokens;
}
