import { type ErrorCode, isTroupeError } from "../errors.ts";

/** Answers `undefined` in place of that error, as where what is asked for may not be there. */
export async function unless<Value>(code: ErrorCode, asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isTroupeError(error) && error.code === code) return undefined;
    throw error;
  }
}
