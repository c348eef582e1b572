import type { Request } from "express";
import type { MetadataFilters } from "../storage/port/filters.ts";

/** What may be done to what, in the words of `Auth.on` of `@langchain/langgraph-sdk/auth`, such as `threads:create_run`. */
export type AuthEvent = `${"assistants" | "threads" | "crons" | "store"}:${string}`;

/** What a caller may do. `value` is the request's as the handler left it, with the metadata that it stamped. */
export interface Permission<Value extends object> {
  filters: MetadataFilters | undefined;
  value: Value;
}

/** Asks the `auth` of `langgraph.json` whether a request may do something. Throws `unauthorized` or `forbidden`. */
export type Authorize = <Value extends object>(
  request: Request,
  event: AuthEvent,
  value: Value,
) => Promise<Permission<Value>>;

/** Lets everybody do everything, as where `langgraph.json` names no `auth`. */
export const allowAll: Authorize = (_request, _event, value) => Promise.resolve({ filters: undefined, value });
