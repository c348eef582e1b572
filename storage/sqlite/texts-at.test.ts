import { expect, test } from "vitest";
import { textsAt } from "./texts-at.ts";

test("a path finds fields, elements and every value, and what is not there as nothing", () => {
  const value = { title: "A", tags: ["x", { name: "y" }], by: { first: "Ann", age: 7, gone: null } };
  expect(textsAt(value, "title")).toEqual(["A"]);
  expect(textsAt(value, "by.first")).toEqual(["Ann"]);
  expect(textsAt(value, "tags[0]")).toEqual(["x"]);
  expect(textsAt(value, "tags[-1].name")).toEqual(["y"]);
  expect(textsAt(value, "tags[*].name")).toEqual(["y"]);
  expect(textsAt(value, "by.*")).toEqual(["Ann", "7"]);
  expect(textsAt(value, "by.last.name")).toEqual([]);
  expect(textsAt(value, "toString")).toEqual([]);
  expect(textsAt({ a: 1 }, "$")).toEqual(['{\n  "a": 1\n}']);
});
