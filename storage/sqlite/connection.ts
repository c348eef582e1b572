import { closeSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { makeFolder } from "../make-folder.ts";
import { contains } from "./contains.ts";
import { folderError, newerSchemaError, openError, statementError } from "./database-error.ts";

/** A value bound to a `?` of a statement. */
export type Parameter = SQLInputValue;

/** A prepared statement whose errors are `TroupeError`s. `Row` is what the SQL selects; nothing checks it. */
export interface Statement<Row = unknown> {
  get(...parameters: Parameter[]): Row | undefined;
  all(...parameters: Parameter[]): Row[];
  /** One row at a time, for results too large to hold. Write nothing to the read tables while it runs. */
  iterate(...parameters: Parameter[]): Generator<Row, void>;
  /** Answers how many rows it changed. */
  run(...parameters: Parameter[]): number;
}

/** One SQLite file. Every call is synchronous, so nothing in this process comes between two statements. */
export interface Database extends Disposable {
  readonly path: string;
  /** Prepares a statement once for each text: ask for it anew wherever it is needed. */
  prepare<Row = unknown>(sql: string): Statement<Row>;
  /** Runs several statements without parameters. */
  exec(sql: string): void;
  /** Commits what `work` wrote when it returns, undoes it when it throws. Not nested; `work` must not be async. */
  transaction<Result>(work: () => Result): Result;
  /**
   * Empties the write-ahead log, so that deleted bytes are in no file. Answers `false` when another process
   * was reading: then its next call, or the last close, does it.
   */
  truncateLog(): boolean;
  /** May be called twice. */
  close(): void;
}

/**
 * Opens a SQLite file, makes its folder (0700) and the file (0600) where missing, and brings its tables up to date.
 * `migrations` are SQL texts in order, only ever added to: the file remembers how many it has had.
 * Throws `storage_failed` or `storage_full`. Who opens a database closes it.
 */
export function openDatabase(path: string, migrations: readonly string[]): Database {
  const file = resolve(path);
  makeFile(file);
  const connection = connect(file);
  const database = wrap(connection, file);
  try {
    migrate(database, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function makeFile(file: string): void {
  try {
    makeFolder(dirname(file));
    closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw folderError(error, file);
  }
}

/**
 * Pages of 8 KB hold a row with a message of 1.2 KB whole: a third of the file (15 against 41 MB for 4,000 steps) and 14 %
 * less CPU than with 4 KB, where each such row takes a page more; 13 % more CPU where all values are tiny. The log is
 * copied back at 16 MB, four times the default: half of what copying back adds to a commit. A log that one large commit
 * made longer is cut to that again (151 MB stayed without the limit). Pages that deletions leave free can be given back
 * to the disk.
 */
function connect(file: string): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file, { timeout: 5_000, enableForeignKeyConstraints: true });
    connection.exec(`
      PRAGMA page_size = 8192;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA secure_delete = ON;
      PRAGMA cache_size = -16000;
      PRAGMA wal_autocheckpoint = 2000;
      PRAGMA journal_size_limit = 16384000;
    `);
    addContains(connection);
    return connection;
  } catch (error) {
    connection?.close();
    throw openError(error, file);
  }
}

/** Adds `json_contains(held, asked)` to SQL. */
function addContains(connection: DatabaseSync): void {
  let last = { json: "{}", asked: {} as unknown };
  connection.function("json_contains", { deterministic: true }, (held, json) => {
    if (last.json !== json) last = { json: String(json), asked: JSON.parse(String(json)) };
    return Number(contains(JSON.parse(String(held)), last.asked));
  });
}

function wrap(connection: DatabaseSync, path: string): Database {
  const statements = new Map<string, Statement>();

  function guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw statementError(error, path);
    }
  }

  function compile(sql: string): Statement {
    const prepared = guarded(() => connection.prepare(sql));
    return {
      get: (...parameters) => guarded(() => prepared.get(...parameters)),
      all: (...parameters) => guarded(() => prepared.all(...parameters)),
      run: (...parameters) => guarded(() => Number(prepared.run(...parameters).changes)),
      *iterate(...parameters) {
        try {
          yield* prepared.iterate(...parameters);
        } catch (error) {
          throw statementError(error, path);
        }
      },
    };
  }

  const database: Database = {
    path,
    prepare<Row>(sql: string) {
      let statement = statements.get(sql);
      if (!statement) statements.set(sql, (statement = compile(sql)));
      return statement as Statement<Row>;
    },
    exec: (sql) => guarded(() => connection.exec(sql)),
    transaction(work) {
      const begin = database.prepare("BEGIN IMMEDIATE");
      const commit = database.prepare("COMMIT");
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (connection.isTransaction) connection.exec("ROLLBACK");
        throw error;
      }
    },
    truncateLog: () => database.prepare<{ busy: number }>("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy === 0,
    close() {
      if (connection.isOpen) guarded(() => connection.close());
    },
    [Symbol.dispose]: () => database.close(),
  };
  return database;
}

function migrate(database: Database, migrations: readonly string[]): void {
  const readVersion = () => database.prepare<{ user_version: number }>("PRAGMA user_version").get()!.user_version;
  if (readVersion() === migrations.length) return;
  database.transaction(() => {
    // Read again under the lock: another process may have migrated since.
    const version = readVersion();
    if (version > migrations.length) {
      throw newerSchemaError(database.path, version, migrations.length);
    }
    for (const sql of migrations.slice(version)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}
