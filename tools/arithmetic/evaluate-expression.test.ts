import fc from "fast-check";
import { expect, test } from "vitest";
import { isTroupeError } from "../../errors.ts";
import { evaluateExpression } from "./evaluate-expression.ts";

test.each([
  ["(17.5% of 2480) + 12", "446"],
  ["0.1 + 0.2", "0.3"],
  ["2 ^ 3 ^ 2", "512"],
  ["-2 ^ 2", "-4"],
  ["10 mod 3", "1"],
  ["1,234.5 * 2", "2469"],
  ["max(100,200)", "200"],
  ["round(2.345, 2)", "2.35"],
  ["avg(1, 2, 6)", "3"],
  ["12 × 7 ÷ 2", "42"],
  ["1e3 - 1", "999"],
  ["sqrt(144)", "12"],
])("%s is exactly %s", (expression, text) => {
  expect(evaluateExpression(expression)).toEqual({ text, exact: true });
});

test("a percentage behind + or - is taken of what stands before it", () => {
  expect(evaluateExpression("200 + 10%").text).toBe("220");
  expect(evaluateExpression("80 - 20% - 10%").text).toBe("57.6");
  expect(evaluateExpression("50% + 50%").text).toBe("1");
});

test("a result that does not end is rounded to 20 digits and says so", () => {
  expect(evaluateExpression("2 / 3")).toEqual({ text: "0.66666666666666666667", exact: false });
  expect(evaluateExpression("1 / 3 * 3").text).toBe("1");
});

test.each([
  ["2 3", 'an unexpected "3" at 3'],
  ["(1 + 2", "ends too early"],
  ["1 / 0", "no finite result"],
  ["sqrt(-1)", "no finite result"],
  ["constructor(1)", 'an unexpected "constructor" at 1'],
  ["9 ^ 9 ^ 9", "an exponent beyond 512"],
  ["1e999 ^ 512", "more than 1000 digits"],
  ["(".repeat(5_000), "too long"],
  ["(".repeat(1_500), "nested too deeply"],
  ["process.exit()", "an unexpected"],
  ["max()", "an unexpected"],
  ["sqrt(1, 2)", "gives sqrt 2 values"],
  ["", "ends too early"],
])("%j is refused and the message says where: %s", (expression, problem) => {
  expect(() => evaluateExpression(expression)).toThrow(problem);
});

test("sums and products of decimals are exact", () => {
  const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      const decimal = (value: number) =>
        `(${value < 0 ? "-" : ""}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, "0")})`;
      expect(Number(evaluateExpression(`(${decimal(a)} + ${decimal(b)}) * 100`).text)).toBe(a + b);
      expect(BigInt(evaluateExpression(`${decimal(a)} * ${decimal(b)} * 10000`).text)).toBe(BigInt(a) * BigInt(b));
    }),
  );
});

test("any text gives a result or an expression_invalid, and nothing else", () => {
  const text = fc.string({ unit: fc.constantFrom(..."0123456789.,+-*/^%() eosqrtmaxf×".split("")), maxLength: 40 });
  fc.assert(
    fc.property(text, (expression) => {
      try {
        expect(evaluateExpression(expression).text).toMatch(/^-?\d+(\.\d+)?$/);
      } catch (error) {
        expect(isTroupeError(error) && error.code).toBe("expression_invalid");
      }
    }),
    { numRuns: 2_000 },
  );
});
