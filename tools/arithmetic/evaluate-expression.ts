import { Decimal } from "decimal.js";
import { TroupeError } from "../../errors.ts";
import { tokenize, type Token } from "./tokenize.ts";

const Exact = Decimal.clone({ precision: 200, toExpNeg: -1e9, toExpPos: 1e9 });
const longestExpression = 2_000;
const deepestNesting = 100;
const largestExponent = 512;
const mostDigits = 1_000;

/** A number with the text that people read: exact, or rounded to 20 significant digits where it does not end. */
export interface Result {
  text: string;
  exact: boolean;
}

type Operand = { value: Decimal; percent: boolean };
type Apply = (...values: Decimal[]) => Decimal;

const functions: Record<string, { arity: [number, number]; apply: Apply }> = {
  sqrt: { arity: [1, 1], apply: (x) => Exact.sqrt(x) },
  abs: { arity: [1, 1], apply: (x) => Exact.abs(x) },
  floor: { arity: [1, 1], apply: (x) => Exact.floor(x) },
  ceil: { arity: [1, 1], apply: (x) => Exact.ceil(x) },
  round: { arity: [1, 2], apply: (x, digits) => x.toDecimalPlaces(digits?.toNumber() ?? 0, Decimal.ROUND_HALF_UP) },
  min: { arity: [1, 100], apply: (...values) => Exact.min(...values) },
  max: { arity: [1, 100], apply: (...values) => Exact.max(...values) },
  sum: { arity: [1, 100], apply: (...values) => Exact.sum(...values) },
  avg: { arity: [1, 100], apply: (...values) => Exact.sum(...values).div(values.length) },
};

/**
 * Computes an arithmetic expression in decimals, so that `0.1 + 0.2` is `0.3`.
 * Knows `+ - * / ^ ( )`, `×`, `÷`, `mod`, `of` (times), thousands commas, and sqrt abs floor ceil round min max sum avg.
 * A percentage behind `+` or `-` is taken of what stands before it, as on a pocket calculator: `200 + 10%` is `220`.
 * Throws `expression_invalid`, which says where the expression stops making sense.
 *
 * @example
 * evaluateExpression("(17.5% of 2480) + 12").text // "446"
 */
export function evaluateExpression(expression: string): Result {
  if (expression.length > longestExpression) throw invalid(expression.slice(0, 40) + "…", "is too long");
  const value = new Parser(expression).parse();
  if (!value.isFinite())
    throw invalid(expression, "has no finite result (a division by zero, or the root of a negative number)");
  if (Math.abs(value.e) > mostDigits) throw invalid(expression, `has a result of more than ${mostDigits} digits`);
  const exact = value.decimalPlaces() <= 30;
  return { text: (exact ? value : value.toSignificantDigits(20)).toFixed(), exact };
}

const invalid = (expression: string, problem: string) =>
  new TroupeError("expression_invalid", `The expression "${expression}" ${problem}.`, {
    hint: "Write numbers with + - * / ^, parentheses, percentages, or sqrt abs floor ceil round min max sum avg.",
  });

/** Recursive descent: sum > product > power > percent > primary. */
class Parser {
  readonly #expression: string;
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokenize(expression);
  }

  parse(): Decimal {
    const { value } = this.#sum();
    if (this.#peek()) throw this.#unexpected();
    return value;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #take(...texts: string[]): string | undefined {
    const text = this.#peek();
    if (text === undefined || !texts.includes(text)) return undefined;
    this.#next += 1;
    return text;
  }

  #unexpected() {
    const token = this.#tokens[this.#next];
    return invalid(this.#expression, token ? `has an unexpected "${token.text}" at ${token.at + 1}` : "ends too early");
  }

  #sum(): Operand {
    if (++this.#depth > deepestNesting) throw invalid(this.#expression, "is nested too deeply");
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign; sign = this.#take("+", "-")) {
      const right = this.#product();
      const amount = right.percent && !left.percent ? left.value.times(right.value) : right.value;
      left = { value: left.value[sign === "+" ? "plus" : "minus"](amount), percent: left.percent && right.percent };
    }
    this.#depth -= 1;
    return left;
  }

  #product(): Operand {
    let left = this.#power();
    for (let sign = this.#take("*", "/", "mod", "of"); sign; sign = this.#take("*", "/", "mod", "of")) {
      const { value } = this.#power();
      const apply = sign === "/" ? "div" : sign === "mod" ? "mod" : "times";
      left = { value: new Exact(left.value)[apply](value), percent: false };
    }
    return left;
  }

  #power(): Operand {
    if (this.#take("-")) {
      const { value, percent } = this.#power();
      return { value: value.negated(), percent };
    }
    const base = this.#percent();
    if (!this.#take("^")) return base;
    const { value: exponent } = this.#power();
    if (exponent.abs().gt(largestExponent))
      throw invalid(this.#expression, `has an exponent beyond ${largestExponent}`);
    return { value: Exact.pow(base.value, exponent), percent: false };
  }

  #percent(): Operand {
    const operand = this.#primary();
    return this.#take("%") ? { value: operand.value.div(100), percent: true } : operand;
  }

  #primary(): Operand {
    const token = this.#tokens[this.#next];
    if (token?.kind === "number") {
      this.#next += 1;
      return { value: new Exact(token.text), percent: false };
    }
    if (this.#take("(")) {
      const operand = this.#sum();
      if (!this.#take(")")) throw this.#unexpected();
      return operand;
    }
    if (token?.kind === "name" && Object.hasOwn(functions, token.text)) return this.#call(token.text);
    throw this.#unexpected();
  }

  #call(name: string): Operand {
    this.#next += 1;
    if (!this.#take("(")) throw this.#unexpected();
    const values = [this.#sum().value];
    while (this.#take(",")) values.push(this.#sum().value);
    if (!this.#take(")")) throw this.#unexpected();
    const { arity, apply } = functions[name]!;
    if (values.length < arity[0] || values.length > arity[1])
      throw invalid(this.#expression, `gives ${name} ${values.length} values`);
    return { value: apply(...values), percent: false };
  }
}
