import type { Request as ExpressRequest } from "express";
import { TroupeError } from "../errors.ts";

/** A request as the web's own class has it, for handlers that know no Express. Throws `route_not_found` for a method that it has not. */
export function toWebRequest(request: ExpressRequest, body?: Buffer): Request {
  const { method, headers } = request;
  if (/^(CONNECT|TRACE|TRACK)$/.test(method)) {
    throw new TroupeError("route_not_found", `There is no "${method} ${request.path}" here.`, {
      hint: "docs/server.md lists the paths.",
    });
  }
  const url = URL.parse(`${request.protocol}://${headers.host}${request.originalUrl}`);
  const hasBody = body !== undefined && method !== "GET" && method !== "HEAD";
  const gone = new AbortController();
  request.res?.once("close", () => gone.abort());
  return new Request(url ?? "http://localhost/", {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((item): [string, string] => [name, item]),
    ),
    signal: gone.signal,
    ...(hasBody && { body: new Uint8Array(body) }),
  });
}
