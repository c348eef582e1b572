import { basename, dirname } from "node:path";
import { isTroupeError, TroupeError } from "../../errors.ts";

/** The primary result codes of SQLite that a person can do something about: https://sqlite.org/rescode.html */
const advice: Record<number, string> = {
  5: "Another process holds the file for more than five seconds: stop it, or give this one a data folder of its own.",
  8: "Make the file and its folder writable for this user, or choose another data folder with TROUPE_DATA.",
  10: "The disk or the file system reports an error: check it, or choose a data folder on a local disk.",
  11: "The file is damaged: move it away, and its -wal and -shm beside it, or put a backup in its place.",
  14: "Make the folder writable for this user, or choose another data folder with TROUPE_DATA.",
  26: "The file is no SQLite database: move it away, or choose another data folder with TROUPE_DATA.",
};

const noSpace = "Make room on the disk that holds the data folder, then try again; what was committed is safe.";

/** SQLITE_FULL, and SQLITE_IOERR_SHMSIZE, which is what a full disk makes of the first access to a WAL file. */
const isFull = (errcode: number) => (errcode & 0xff) === 13 || errcode === 4874;

/** Turns what `node:sqlite` threw on opening a file into `storage_full` or `storage_failed`, which name its path. */
export const openError = (error: unknown, file: string): TroupeError => toTroupeError(error, `"${file}"`, error);

/**
 * Turns what `node:sqlite` threw on an open file into `storage_full` or `storage_failed`; a `TroupeError` stays as it is.
 * A client may be sent it: the path is in the cause, which only the log gets.
 */
export function statementError(error: unknown, file: string): TroupeError {
  return toTroupeError(error, `"${basename(file)}"`, new Error(`SQLite failed in "${file}".`, { cause: error }));
}

/** Whether a statement failed since another connection holds the file. */
export function isBusy(error: unknown): boolean {
  const answer = isTroupeError(error) && error.cause instanceof Error ? error.cause.cause : undefined;
  return answer instanceof Error && "errcode" in answer && answer.errcode === 5;
}

function toTroupeError(error: unknown, database: string, cause: unknown): TroupeError {
  if (isTroupeError(error)) return error;
  const errcode = error instanceof Error && "errcode" in error ? Number(error.errcode) : 1;
  if (isFull(errcode)) return full(cause, database);
  const reason = error instanceof Error ? error.message : String(error);
  const hint = advice[errcode & 0xff] ?? "This is a fault in Troupe: please report it with the cause in the log.";
  return new TroupeError("storage_failed", `The database ${database} answered: ${reason}.`, { hint, cause });
}

/** Turns a file system's error on the way to a database into `storage_full` or `storage_failed`. */
export function folderError(error: unknown, file: string): TroupeError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") return full(error, `"${file}"`);
  return new TroupeError("storage_failed", `The folder "${dirname(file)}" cannot hold the database: ${String(code)}.`, {
    hint: "Make it a folder that this user may write to, or choose another data folder with TROUPE_DATA.",
    cause: error,
  });
}

/** A file written by a later version of Troupe, whose tables this one does not know. */
export function newerSchemaError(file: string, version: number, known: number): TroupeError {
  return new TroupeError(
    "storage_failed",
    `The database "${file}" has schema ${version}; this Troupe knows ${known}.`,
    {
      hint: "Start the Troupe version that wrote it, or choose another data folder with TROUPE_DATA.",
    },
  );
}

function full(cause: unknown, database: string): TroupeError {
  return new TroupeError("storage_full", `No room is left for the database ${database}.`, { hint: noSpace, cause });
}
