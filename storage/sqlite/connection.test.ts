import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { type Database, openDatabase } from "./connection.ts";
import { isBusy } from "./database-error.ts";

const migrations = ["CREATE TABLE notes (text TEXT NOT NULL UNIQUE) STRICT"];

function open(path = join(makeTemporaryFolder(), "test.db"), list = migrations): Database {
  const database = openDatabase(path, list);
  onTestFinished(() => database.close());
  return database;
}

const add = (database: Database, text: string) => database.prepare("INSERT INTO notes VALUES (?)").run(text);
const texts = (database: Database) =>
  database
    .prepare<{ text: string }>("SELECT text FROM notes ORDER BY text")
    .all()
    .map(({ text }) => text);

test("the folder and the file are made for this user only", () => {
  const folder = join(makeTemporaryFolder(), "a", "b");
  open(join(folder, "test.db"));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "test.db")).mode & 0o777).toBe(0o600);
});

test("each migration runs once, over all openings", () => {
  const path = join(makeTemporaryFolder(), "test.db");
  const first = open(path);
  add(first, "kept");
  first.close();
  expect(texts(open(path))).toEqual(["kept"]);
  const second = open(path, [...migrations, "INSERT INTO notes VALUES ('migrated')"]);
  expect(texts(second)).toEqual(["kept", "migrated"]);
});

test("a migration that fails leaves the file as it was", () => {
  const path = join(makeTemporaryFolder(), "test.db");
  add(open(path), "kept");
  expect(() => open(path, [...migrations, "DELETE FROM notes; SELECT nonsense"])).toThrow("nonsense");
  expect(texts(open(path))).toEqual(["kept"]);
});

test("a file of a later Troupe is refused with a hint", () => {
  const path = join(makeTemporaryFolder(), "test.db");
  open(path, [...migrations, "SELECT 1"]);
  expect(() => open(path)).toThrow(
    expect.objectContaining({ code: "storage_failed", hint: expect.stringContaining("Start the Troupe version") }),
  );
});

test("a transaction that throws leaves nothing", () => {
  const database = open();
  const work = () => {
    add(database, "a");
    throw new Error("stop");
  };
  expect(() => database.transaction(work)).toThrow("stop");
  database.transaction(() => add(database, "b"));
  expect(texts(database)).toEqual(["b"]);
});

test("an error of SQLite names the file, and its path only in the cause", () => {
  const database = open();
  add(database, "a");
  expect(() => add(database, "a")).toThrow(
    expect.objectContaining({
      code: "storage_failed",
      message: expect.stringMatching(/^The database "[^/"]+" answered: UNIQUE constraint failed/),
      cause: expect.objectContaining({
        message: expect.stringContaining(database.path),
        cause: expect.objectContaining({ errstr: "constraint failed" }),
      }),
    }),
  );
});

test("a file that another connection holds is known as busy", () => {
  const database = open();
  const other = open(database.path);
  other.exec("BEGIN IMMEDIATE");
  database.exec("PRAGMA busy_timeout = 0");
  let thrown: unknown;
  try {
    database.exec("BEGIN IMMEDIATE");
  } catch (error) {
    thrown = error;
  }
  expect(isBusy(thrown)).toBe(true);
  expect(isBusy(new Error("other"))).toBe(false);
});

test("a log that one large commit made long is cut again by those after it", () => {
  const database = open();
  const logBytes = () => statSync(`${database.path}-wal`).size;
  add(database, "x".repeat(40_000_000));
  expect(logBytes()).toBeGreaterThan(40_000_000);
  for (let index = 0; index < 3; index += 1) add(database, `${index}`);
  expect(logBytes()).toBeLessThan(20_000_000);
});

test("a full database is storage_full, and what was committed stays", () => {
  const database = open();
  add(database, "kept");
  database.exec("PRAGMA max_page_count = 8");
  const fill = () => database.transaction(() => add(database, "x".repeat(200_000)));
  expect(fill).toThrow(expect.objectContaining({ code: "storage_full", hint: expect.stringContaining("Make room") }));
  expect(texts(database)).toEqual(["kept"]);
});

test("a file that is no database is refused with a hint", () => {
  const path = join(makeTemporaryFolder(), "test.db");
  writeFileSync(path, "plain text ".repeat(1_000));
  expect(() => open(path)).toThrow(
    expect.objectContaining({ code: "storage_failed", hint: expect.stringContaining("no SQLite database") }),
  );
});

test("a path whose folder cannot be made is refused with a hint", () => {
  const file = join(makeTemporaryFolder(), "file");
  writeFileSync(file, "");
  for (const folder of [file, join(file, "a", "b"), "/dev/null/a"]) {
    expect(() => open(join(folder, "test.db"))).toThrow(
      expect.objectContaining({ code: "storage_failed", hint: expect.stringContaining("TROUPE_DATA") }),
    );
  }
});

test("deleted text is in no file once the log is truncated", () => {
  const database = open();
  const secret = "the-secret-text";
  add(database, secret);
  expect(database.truncateLog()).toBe(true);
  expect(readFileSync(database.path).includes(secret)).toBe(true);
  database.prepare("DELETE FROM notes").run();
  expect(readFileSync(`${database.path}-wal`).length).toBeGreaterThan(0);
  database.truncateLog();
  for (const file of [database.path, `${database.path}-wal`]) expect(readFileSync(file).includes(secret)).toBe(false);
});
