import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { createCommit } from "./commits.ts";
import { openDatabase } from "./connection.ts";

function open() {
  const path = join(makeTemporaryFolder(), "test.db");
  const database = openDatabase(path, ["CREATE TABLE notes (text TEXT NOT NULL) STRICT"]);
  const other = openDatabase(path, ["CREATE TABLE notes (text TEXT NOT NULL) STRICT"]);
  onTestFinished(() => {
    database.close();
    other.close();
  });
  const add = (text: string) => database.prepare("INSERT INTO notes VALUES (?)").run(text);
  /** What another connection sees: only what is committed. */
  const committed = () =>
    other
      .prepare<{ text: string }>("SELECT text FROM notes")
      .all()
      .map(({ text }) => text);
  return { ...createCommit(database), database, add, committed };
}

test("changes of one turn are made in order and committed together", async () => {
  const { commit, add, committed } = open();
  const first = commit(() => add("a")).then(committed);
  const second = commit(() => add("b"));
  expect(committed()).toEqual([]);
  expect(await first).toEqual(["a", "b"]);
  expect(await second).toBe(1);
});

test("a change that throws takes back only itself", async () => {
  const { commit, add, committed } = open();
  const changes = [
    commit(() => add("a")),
    commit(() => {
      add("never");
      throw new Error("stop");
    }),
    commit(() => add("b")),
  ];
  const settled = await Promise.allSettled(changes);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(committed()).toEqual(["a", "b"]);
});

test("a change that throws alone leaves nothing", async () => {
  const { commit, add, committed } = open();
  const change = commit(() => {
    add("never");
    throw new Error("stop");
  });
  await expect(change).rejects.toThrow("stop");
  expect(committed()).toEqual([]);
});

test("a full disk rejects every change of the turn with the reason, and the next turn starts anew", async () => {
  const { commit, add, committed, database } = open();
  database.exec("PRAGMA max_page_count = 8");
  const full = expect.objectContaining({ code: "storage_full" });
  const changes = [commit(() => add("a")), commit(() => add("x".repeat(200_000)))];
  const [first, second] = await Promise.allSettled(changes);
  expect(second).toEqual({ status: "rejected", reason: full });
  expect(committed()).toEqual(first?.status === "fulfilled" ? ["a"] : []);
  expect(await commit(() => add("b"))).toBe(1);
});

test("flush commits at once", () => {
  const { commit, add, committed, flush } = open();
  void commit(() => add("a"));
  flush();
  expect(committed()).toEqual(["a"]);
});
