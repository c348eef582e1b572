import type { Response } from "express";
import { toWireJson } from "./wire-json.ts";

/** Answers a value as JSON of the LangGraph API. */
export const sendJson = (response: Response, value: unknown): void => sendJsonText(response, toWireJson(value));

/** Answers JSON that is written already, without the look at types, caches and ETags that Express's `send` takes. */
export function sendJsonText(response: Response, json: string): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(json) }).end(json);
}

/**
 * Answers one page of a search, in headers how many rows match and where the next page begins; of each row only the
 * fields of `select`, where it names some.
 */
export function sendPage(
  response: Response,
  rows: readonly object[],
  { offset, total, select }: { offset: number; total: number; select?: readonly string[] },
): void {
  const next = offset + rows.length;
  response.set("x-pagination-total", String(total));
  if (next < total) response.set("x-pagination-next", String(next));
  const pick = (row: object, fields: readonly string[]) =>
    Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field)));
  sendJson(response, select ? rows.map((row) => pick(row, select)) : rows);
}
