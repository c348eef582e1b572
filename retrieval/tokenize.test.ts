import { expect, test } from "vitest";
import { terms, tokenize } from "./tokenize.ts";

test("words are stemmed, and stop words left out", () => {
  expect(terms("The runs were resumed after a crash")).toEqual(["run", "resum", "crash"]);
});

test("identifiers are known whole and in parts", () => {
  expect(terms("readConfig")).toEqual(["readconfig", "read", "config"]);
  expect(terms("thread_id")).toEqual(["thread_id", "thread", "id"]);
  expect(terms("HTTPServer")).toEqual(["httpserver", "http", "server"]);
  expect(terms("opt.maxRetries")).toEqual(["opt.maxretries", "opt", "maxretri", "max", "retri"]);
  expect(terms("rank-fusion")).toEqual(["rank-fusion", "rank", "fusion"]);
});

test("numbers, versions and dates stay whole", () => {
  expect(terms("17.5 1.15.0 2024-05-01 10:30")).toEqual(["17.5", "1.15.0", "2024-05-01", "10:30"]);
});

test("case, accents and possessives make no difference", () => {
  expect(terms("Müller's Résumé")).toEqual(terms("muller resume"));
  expect(terms("the company’s plan")).toEqual(terms("company plan"));
});

test("text without spaces between words is indexed by pairs of neighbours", () => {
  expect(terms("東京都")).toEqual(["東京", "京都"]);
});

test("a token keeps the word as written", () => {
  expect([...tokenize("Requests")]).toEqual([{ word: "requests", terms: ["request"] }]);
});
