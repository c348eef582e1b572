import { Client } from "@langchain/langgraph-sdk";
import { type ErrorCode, errorStatus, TroupeError } from "../errors.ts";
import { keyHeaders } from "./find-server.ts";

/** A client of the LangGraph SDK for a server of ours or the official one. */
export const createClient = (url: string): Client =>
  // `null`: a LangSmith key in the environment is none of this server's business.
  new Client({ apiUrl: url, apiKey: null, defaultHeaders: keyHeaders(), callerOptions: { maxRetries: 1 } });

/** What the SDK throws for an answer that is no success. */
interface HttpError extends Error {
  status: number;
  text: string;
  response?: Response;
}

/** Calls the server, and turns what it or the connection says into an error with a code and a hint. */
export async function callServer<Result>(url: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw toTroupeError(url, error as Error);
  }
}

function toTroupeError(url: string, error: Error): Error {
  if (isHttpError(error)) return fromAnswer(error.status, error.text, error.response?.headers ?? new Headers(), error);
  // What `fetch` throws when the connection fails or breaks.
  if (!(error instanceof TypeError)) return error;
  return new TroupeError("server_unreachable", `The connection to "${url}" broke: ${error.message}.`, {
    hint: "Look whether the server still runs; what it had committed is kept, so the same thread can go on.",
    cause: error,
  });
}

/** The error that an HTTP answer stands for: our servers send its code and hint in headers. */
export function fromAnswer(status: number, text: string, headers: Headers, cause?: unknown): TroupeError {
  const code = headers.get("x-troupe-error") ?? "";
  const hint = decodeURIComponent(headers.get("x-troupe-hint") ?? "") || "The server's log may say more.";
  const known = code in errorStatus ? (code as ErrorCode) : "internal_error";
  return new TroupeError(known, text.trim() || `The server answered ${status}.`, { hint, cause });
}

const isHttpError = (error: Error): error is HttpError => "status" in error && "text" in error;
