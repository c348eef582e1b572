import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { placeInStack } from "./place-in-stack.ts";

const at = (...frames: string[]) => ["Error: boom", ...frames.map((one) => `    at ${one}`)].join("\n");
const own = join(process.cwd(), "src/my desk.ts");

test("the place of an error is the first of the project's own code", () => {
  const library = `Runnable.invoke (${join(process.cwd(), "node_modules/langchain/index.js")}:1:2)`;
  expect(placeInStack(at(library, "node:internal/process:1:1", `async order (${own}:49:63)`, `${own}:50:1`))).toBe(
    "src/my desk.ts:49:63",
  );
  expect(placeInStack(at(`${pathToFileURL(own).href}:3:4`))).toBe("src/my desk.ts:3:4");
  expect(placeInStack(at(`async ${own}:3:4`))).toBe("src/my desk.ts:3:4");
  expect(placeInStack(at(library, "elsewhere (/opt/else/where.js:1:2)"))).toBeUndefined();
  expect(placeInStack()).toBeUndefined();
});
