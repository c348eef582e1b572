import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { isTroupeError, TroupeError } from "../errors.ts";
import { Refusal } from "./auth/refusal.ts";

/** Paths of the LangGraph API answer errors as its official server does: as text. */
const langGraphPath = /^\/(assistants|threads|runs|store|ok|info)(\/|$)/;

/** Answers every path that no route has taken. */
export const refuseUnknownRoute: RequestHandler = (request) => {
  throw new TroupeError("route_not_found", `There is no "${request.method} ${request.path}" here.`, {
    hint: "docs/server.md lists the paths; a path of the LangGraph API may come with a later release.",
  });
};

/**
 * The one place where an error becomes HTTP. Paths of the LangGraph API get the message as text, others
 * `{ code, message, hint }`; code and hint are in headers for both. What nobody foresaw is a 500 with nothing of it.
 */
export function handleError(log: (message: string, error: unknown) => void): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const error = toTroupeError(thrown);
    if (error.status >= 500) log(`${request.method} ${request.path} failed.`, thrown);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(error.status).set({
      "x-troupe-error": error.code,
      "x-troupe-hint": toHeader(error.hint),
    });
    if (error.status === 429) response.set("retry-after", "1");
    if (error.status === 401) response.set("www-authenticate", "Bearer");
    if (error instanceof Refusal) response.set(error.headers);
    // The rest of a refused body is not read: the connection cannot be used again.
    if (!request.complete) response.set("connection", "close");
    if (langGraphPath.test(request.path)) response.type("text/plain").send(error.message);
    else response.json({ code: error.code, message: error.message, hint: error.hint });
  };
}

function toTroupeError(thrown: unknown): TroupeError {
  if (isTroupeError(thrown)) return thrown;
  if (thrown instanceof RangeError && thrown.message.includes("call stack")) {
    return new TroupeError("invalid_request", "The request's body is nested too deeply.", {
      hint: "Send it flatter: a few thousand levels are the most that JSON is written with.",
      cause: thrown,
    });
  }
  const { status, type, message } = thrown as { status?: unknown; type?: unknown; message?: unknown };
  if (type === "entity.too.large") {
    return new TroupeError("body_too_large", "The request's body is larger than this server takes.", {
      hint: "Send less at a time, or raise the server's maxBodyBytes.",
      cause: thrown,
    });
  }
  // Express and its body parser put a status on what a client did wrong.
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new TroupeError("body_malformed", `The request cannot be read: ${String(message)}.`, {
      hint: "Send a JSON body in UTF-8 with the header content-type: application/json, and well-formed percent-encoding.",
      cause: thrown,
    });
  }
  return new TroupeError("internal_error", STATUS_CODES[500]!, {
    hint: "The server's log has the cause.",
    cause: thrown,
  });
}

/** Percent-encodes what a header cannot hold; `decodeURIComponent` gives the text back. */
const toHeader = (text: string) => text.toWellFormed().replace(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent);
