import { lookup as resolveName } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import type { Webhook } from "../../storage/storage.ts";
import {
  checkWebhook,
  hostOf,
  isAllowedAddress,
  isOwnPath,
  webhookRefused,
  type WebhookRules,
} from "./check-webhook.ts";
import { signWebhook } from "./sign-webhook.ts";

/** Sends a webhook once, and answers the status. Rejects with `webhook_refused`, or when no answer comes. */
export type PostWebhook = (webhook: Webhook, signal: AbortSignal) => Promise<number>;

/** What a test puts in place of the network. */
export interface Network {
  resolveName: typeof resolveName;
  httpRequest: typeof httpRequest;
}

/**
 * Sends webhooks by POST. The address that a host name has is looked at as the connection is made, so that a name cannot
 * lead elsewhere between a check and its use; redirects are not followed, and the body of an answer is not read.
 */
export function createWebhookPost(
  rules: WebhookRules & { secret: string | undefined },
  network: Network = { resolveName, httpRequest },
): PostWebhook {
  return async ({ webhook_id, url: target, payload }, signal) => {
    const now = new Date();
    const content = { ...(JSON.parse(payload) as object), webhook_sent_at: now.toISOString() };
    const body = JSON.stringify(content);
    const timestamp = Math.floor(now.getTime() / 1000);
    const headers = {
      "content-type": "application/json",
      ...signWebhook({ webhook_id, timestamp, body }, rules.secret),
    };
    if (isOwnPath(target)) return postWithin(target, { headers, body, signal });

    // The rules may have changed since it was asked for.
    checkWebhook(target, rules);
    const url = new URL(target);
    const send = url.protocol === "https:" ? httpsRequest : network.httpRequest;
    return new Promise((resolve, reject) => {
      const lookup = lookUpAllowed(url, rules, network);
      const sent = send(url, {
        method: "POST",
        headers: { ...headers, "content-length": Buffer.byteLength(body), "user-agent": "troupe-webhook" },
        agent: false,
        lookup,
        signal,
      });
      sent.on("response", (response) => {
        resolve(response.statusCode!);
        response.destroy();
      });
      sent.on("error", reject);
      sent.end(body);
    });
  };
}

/** Resolves a host for a connection, unless one of its addresses is not to be sent to. */
function lookUpAllowed(url: URL, rules: WebhookRules, network: Network): LookupFunction {
  return (host, options, callback) => {
    network.resolveName(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      if (addresses.some(({ address }) => !isAllowedAddress(address, url, rules))) {
        return callback(webhookRefused(hostOf(url)), []);
      }
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

/** A path of this server is reached over no network. */
async function postWithin(path: string, init: RequestInit): Promise<number> {
  const inProcess = (globalThis as { [fetchKey]?: typeof fetch })[fetchKey];
  if (!inProcess) throw new Error("The server that the webhook is a path of is closed.");
  const response = await inProcess(`http://localhost${path}`, { ...init, method: "POST" });
  await response.body?.cancel();
  return response.status;
}

const fetchKey = Symbol.for("langgraph_api:fetch");
