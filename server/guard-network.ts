import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { RequestHandler } from "express";
import { TroupeError } from "../errors.ts";
import type { CorsRules } from "./http-config.ts";

/** Who may talk to the server. */
export interface NetworkRules {
  /** Asked for as `x-api-key` or `Authorization: Bearer` where set. */
  apiKey?: string;
  /** Lets anybody in who reaches a port beyond loopback. */
  insecure: boolean;
  /** Origins of web pages beside those on loopback and LangGraph Studio's, such as `https://chat.example.com`. */
  allowedOrigins: readonly string[];
  /** Host names that the server is reached by beside loopback's, such as `agents.example.com`. */
  allowedHosts: readonly string[];
  /** `http.cors` of `langgraph.json`. Its `"*"` lets in the pages of every origin. */
  cors?: CorsRules;
}

const studio = "https://smith.langchain.com";
const exposed = "content-location, location, x-pagination-total, x-pagination-next, x-troupe-error, x-troupe-hint";

/** Whether only this machine reaches a host that a server listens on. */
export const isLoopback = (host: string): boolean =>
  /^(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[?::1\]?|(::ffff:)127(\.\d{1,3}){3})$/i.test(host);

/** Whether nobody but this machine is meant to reach the server: it asks for no key, and is known by no other name. */
export const isForThisMachine = ({ apiKey, insecure, allowedHosts }: NetworkRules): boolean =>
  !apiKey && !insecure && allowedHosts.every(isLoopback);

/**
 * Keeps web pages and strangers away from the server, before a byte of a body is read: a Host header, which a name
 * rebound to 127.0.0.1 gives away, and an Origin must be known, and beyond loopback a key is asked for.
 * Answers CORS preflights itself; `*` is never an answer.
 */
export function guardNetwork(rules: NetworkRules): RequestHandler {
  const hosts = new Set(rules.allowedHosts.map((host) => host.toLowerCase()));
  const { cors = {} } = rules;
  const listed = [studio, ...rules.allowedOrigins, ...(cors.allow_origins ?? [])];
  const origins = new Set(listed.map((origin) => origin.toLowerCase().replace(/\/$/, "")));
  const pattern = cors.allow_origin_regex === undefined ? undefined : new RegExp(`^(?:${cors.allow_origin_regex})$`);
  // Cookies go along only where the origin was named.
  const named = (origin: string) => origins.has(origin) || pattern?.test(origin);
  const exposes = [exposed, ...(cors.expose_headers ?? [])].join(", ");
  const knownHost = (host: string) => isLoopback(nameOf(host)) || hosts.has(host) || hosts.has(nameOf(host));

  return (request, response, next) => {
    const host = request.headers.host?.toLowerCase() ?? "";
    if (!knownHost(host)) {
      throw new TroupeError("host_refused", `This server is not known as "${host}".`, {
        hint: "Reach it as localhost, or add the name to TROUPE_ALLOWED_HOSTS.",
      });
    }
    const origin = request.headers.origin?.toLowerCase();
    if (origin !== undefined) {
      if (!named(origin) && !origins.has("*") && !isOwnOrigin(origin, host)) {
        throw new TroupeError("origin_refused", `Web pages of "${origin}" may not use this server.`, {
          hint: "Add the origin to TROUPE_ALLOWED_ORIGINS if you trust what it serves.",
        });
      }
      response.set({
        "access-control-allow-origin": request.headers.origin!,
        "access-control-expose-headers": exposes,
      });
      if (cors.allow_credentials && named(origin)) response.set("access-control-allow-credentials", "true");
      response.vary("Origin");
      if (request.method === "OPTIONS" && request.headers["access-control-request-method"]) {
        response.set({
          "access-control-allow-methods": cors.allow_methods?.join(", ") ?? "GET, POST, PUT, PATCH, DELETE",
          "access-control-allow-headers":
            cors.allow_headers?.join(", ") ??
            request.headers["access-control-request-headers"] ??
            "content-type, x-api-key",
          "access-control-max-age": String(cors.max_age ?? 600),
        });
        if (request.headers["access-control-request-private-network"]) {
          response.set("access-control-allow-private-network", "true");
        }
        response.status(204).end();
        return;
      }
    }
    // A health check has no key, and learns nothing.
    if (request.path !== "/ok") demandKey(request, rules);
    next();
  };
}

/** Whether a request may name files of this machine: it comes from it, or shows the key. Throws `unauthorized`. */
export function demandTrust(request: IncomingMessage, rules: NetworkRules): void {
  if (hasKey(request, rules.apiKey) || (!rules.apiKey && isLoopback(request.socket.remoteAddress ?? ""))) return;
  throw new TroupeError("unauthorized", "Only this machine or a caller with the key may do this.", {
    hint: "Set TROUPE_API_KEY on the server and send it as x-api-key.",
  });
}

function demandKey(request: IncomingMessage, { apiKey, insecure }: NetworkRules): void {
  if (apiKey ? hasKey(request, apiKey) : insecure || isLoopback(request.socket.localAddress ?? "")) return;
  throw new TroupeError(
    "unauthorized",
    apiKey ? "The key is missing or wrong." : "This server has no key and serves loopback only.",
    {
      hint: apiKey
        ? "Send TROUPE_API_KEY's value as the header x-api-key, or as Authorization: Bearer."
        : "Set TROUPE_API_KEY, or the option insecure where something else asks who comes in.",
    },
  );
}

function hasKey({ headers }: IncomingMessage, apiKey: string | undefined): boolean {
  const given = headers["x-api-key"] ?? /^Bearer +(.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (!apiKey || typeof given !== "string") return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(apiKey));
}

function isOwnOrigin(origin: string, host: string): boolean {
  const url = URL.parse(origin);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  // A page of this very server, whose name has been found good.
  return isLoopback(url.hostname) || url.host === host;
}

/** The host of a Host header, without its port. */
function nameOf(host: string): string {
  if (host.startsWith("[")) return host.slice(0, host.indexOf("]") + 1);
  return isIP(host) ? host : host.replace(/:\d+$/, "");
}
