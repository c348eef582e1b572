import type { Auth } from "@langchain/langgraph-sdk/auth";
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import type { Authorize } from "../authorize.ts";
import { importExport } from "../import-export.ts";
import { toWebRequest } from "../to-web-request.ts";
import { CallerAnswer, callerOf, setCaller } from "./caller.ts";
import { isHttpException, Refusal } from "./refusal.ts";

/** `auth` of `langgraph.json`. `disable_studio_auth` is taken and changes nothing: here Studio has to say who it is anyway. */
export const AuthConfig = z.looseObject({
  path: z.string().min(1).optional(),
  disable_studio_auth: z.boolean().optional(),
});

/** Asks the handlers of an `Auth` object who sends a request, and what they may do. */
export interface LoadedAuth {
  /** Lets a request through once it is known who sent it; a health check is let through as it is. */
  authenticate: RequestHandler;
  authorize: Authorize;
}

type Handlers = Auth["~handlerCache"];

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const Filters = z.record(
  z.string(),
  z.union([
    scalar,
    z.strictObject({ $eq: scalar }),
    z.strictObject({ $contains: z.union([z.string(), z.array(z.string())]) }),
  ]),
);

/** Loads the `Auth` object that `auth.path` names. Throws `config_invalid`. */
export async function loadAuth(path: string, folder: string): Promise<LoadedAuth> {
  const what = `The auth "${path}"`;
  const auth = await importExport(path, folder, { what, code: "config_invalid" });
  const handlers = (auth as Partial<Auth>)["~handlerCache"];
  if (!handlers?.authenticate) {
    throw new TroupeError("config_invalid", `${what} is no Auth with an authenticate handler.`, {
      hint: 'Export one: new Auth().authenticate(…) of "@langchain/langgraph-sdk/auth".',
    });
  }
  return { authenticate: createAuthenticate(handlers.authenticate), authorize: createAuthorize(handlers) };
}

const createAuthenticate =
  (authenticate: NonNullable<Handlers["authenticate"]>): RequestHandler =>
  async (request, _response, next) => {
    if (request.path !== "/ok") setCaller(request, await identify(request, authenticate));
    next();
  };

async function identify(request: Request, authenticate: NonNullable<Handlers["authenticate"]>) {
  let answer: unknown;
  try {
    answer = await authenticate(toWebRequest(request));
  } catch (error) {
    if (isHttpException(error)) throw new Refusal(error);
    // A token that a library cannot read is its caller's fault, and so is whatever else the handler cannot make out.
    throw unknownCaller(error);
  }
  if (answer == null || answer === false) throw unknownCaller();
  const caller = CallerAnswer.safeParse(answer);
  if (caller.success && !caller.data.is_authenticated) throw unknownCaller();
  if (caller.success) return caller.data;
  throw new TroupeError("auth_failed", "The authenticate handler answered no user.", {
    hint: "Answer a name, or an object with an identity and permissions.",
    cause: caller.error,
  });
}

const createAuthorize =
  ({ callbacks = {} }: Handlers): Authorize =>
  async (request, event, value) => {
    const [resource = "", action = ""] = event.split(":");
    const names = [event, resource, `*:${action}`, "*"];
    const handler = names.map((name) => callbacks[name]).find((found) => found !== undefined);
    const user = callerOf(request);
    if (!handler) return { filters: undefined, value };
    if (!user) throw unknownCaller();
    let answer: unknown;
    try {
      answer = await handler({ event, resource, action, value, user, permissions: user.permissions });
    } catch (error) {
      if (isHttpException(error)) throw new Refusal(error);
      throw failed(event, "failed", error);
    }
    if (answer == null || answer === true) return { filters: undefined, value };
    if (answer === false) {
      throw new TroupeError("forbidden", `"${user.identity}" may not do "${event}".`, {
        hint: "The auth handler of langgraph.json decides who may do what.",
      });
    }
    const filters = Filters.safeParse(answer);
    if (!filters.success) throw failed(event, "answered neither filters nor a boolean", filters.error);
    return { filters: filters.data, value };
  };

const unknownCaller = (cause?: unknown) =>
  new TroupeError("unauthorized", "It is not known who sends this request.", {
    hint: "Send what the auth handler of langgraph.json asks for.",
    cause,
  });

const failed = (event: string, problem: string, cause: unknown) =>
  new TroupeError("auth_failed", `The auth handler of "${event}" ${problem}.`, {
    hint: 'Answer true, false, or filters such as { owner: user.identity } and { members: { $contains: "a" } }.',
    cause,
  });
