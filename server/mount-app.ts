import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { type RequestHandler, Router } from "express";
import { TroupeError } from "../errors.ts";
import { importExport } from "./import-export.ts";
import { toWebRequest } from "./to-web-request.ts";

type Fetch = (request: Request) => Response | Promise<Response>;

/**
 * The user's own routes, `http.app` of `langgraph.json`, to stand before the server's: an Express router or app, whose
 * middlewares so see every request, or a fetch handler, whose 404 hands the request on. Throws `config_invalid`.
 */
export async function mountApp(path: string, folder: string, maxBodyBytes: number): Promise<RequestHandler> {
  const what = `The http.app "${path}"`;
  const app = await importExport(path, folder, { what, code: "config_invalid" });
  if (isMiddleware(app)) return app;
  const { fetch } = app as { fetch?: unknown };
  if (typeof fetch === "function") return mountFetch(fetch.bind(app) as Fetch, maxBodyBytes);
  if (typeof app === "function") return mountFetch(app as Fetch, maxBodyBytes);
  throw new TroupeError("config_invalid", `${what} is no app but a ${typeof app}.`, {
    hint: "Export an Express router or app, a Hono app, or a function that takes a Request and answers a Response.",
  });
}

/** Apps and routers of Express are functions that have a `handle`; a middleware takes three arguments. */
const isMiddleware = (app: unknown): app is RequestHandler =>
  typeof app === "function" && ("handle" in app || app.length >= 3);

function mountFetch(fetch: Fetch, maxBodyBytes: number): RequestHandler {
  // The body is read as a whole, since who comes after a 404 wants it too.
  const readBody = express.raw({ limit: maxBodyBytes, type: () => true });
  return Router().use(readBody, async (request, response, next) => {
    const body = Buffer.isBuffer(request.body) ? request.body : undefined;
    const answer = await fetch(toWebRequest(request, body));
    for (const [name, value] of answer.headers) {
      const ownOfBody = answer.status === 404 && name.startsWith("content-");
      if (!ownOfBody) response.append(name, value);
    }
    if (answer.status === 404) {
      await answer.body?.cancel();
      request.body = parseJson(body);
      next();
      return;
    }
    response.status(answer.status);
    if (!answer.body) return void response.end();
    // A client that leaves ends the pipeline, and with it the body of the answer.
    await pipeline(Readable.fromWeb(answer.body as never), response).catch(() => response.destroy());
  });
}

/** The body as `express.json` would have left it, which does not read one twice. */
function parseJson(body: Buffer | undefined): unknown {
  if (!body?.length) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new TroupeError("body_malformed", `The request cannot be read: ${(cause as Error).message}.`, {
      hint: "Send a JSON body in UTF-8 with the header content-type: application/json.",
      cause,
    });
  }
}
