import type { Response } from "express";
import { toWireJson } from "./wire-json.ts";

/** Answers a value as JSON of the LangGraph API. */
export const sendJson = (response: Response, value: unknown): void => sendJsonText(response, toWireJson(value));

/** Answers JSON that is written already, without the look at types, caches and ETags that Express's `send` takes. */
export function sendJsonText(response: Response, json: string): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(json) }).end(json);
}
