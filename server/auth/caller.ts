import type { IncomingMessage } from "node:http";
import { z } from "zod";

/** Who sent a request, as the `authenticate` handler answered it: with all fields of its own. */
export interface Caller extends Record<string, unknown> {
  identity: string;
  display_name: string;
  is_authenticated: boolean;
  permissions: string[];
}

/** What an `authenticate` handler may answer: a name, or a user with an `identity`. */
export const CallerAnswer = z
  .union([
    z.string().transform((identity) => ({ identity })),
    z.looseObject({
      identity: z.string(),
      display_name: z.string().optional(),
      is_authenticated: z.boolean().optional(),
      permissions: z.array(z.string()).optional(),
    }),
  ])
  .transform((user): Caller => {
    const {
      identity,
      display_name = identity,
      is_authenticated = true,
      permissions = [],
    } = user as Partial<Caller> & {
      identity: string;
    };
    return { ...user, identity, display_name, is_authenticated, permissions };
  });

const callers = new WeakMap<IncomingMessage, Caller>();

/** Keeps who sent a request for as long as the request is there. */
export const setCaller = (request: IncomingMessage, caller: Caller): void => void callers.set(request, caller);

/** Who sent a request; `undefined` where `langgraph.json` names no `auth`. */
export const callerOf = (request: IncomingMessage): Caller | undefined => callers.get(request);

/** What a run's nodes learn of their caller, as `config.configurable` and `runtime.serverInfo.user`. */
export const toAuthConfigurable = (caller: Caller | undefined): Record<string, unknown> =>
  caller
    ? {
        langgraph_auth_user: caller,
        langgraph_auth_user_id: caller.identity,
        langgraph_auth_permissions: caller.permissions,
      }
    : {};
