import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { TroupeError } from "../../errors.ts";
import { isLoopback } from "../guard-network.ts";

/** Which addresses a webhook may go to, beside those of the public internet. */
export interface WebhookRules {
  /** Names that are trusted, wherever they lead. */
  allowedHosts: readonly string[];
  /** Whether it may go to this machine: where only this machine can ask for it. */
  allowsLoopback: boolean;
}

/** The range of an IPv6 address that is routed on the internet; others lead to IPv4 in some guise, or nowhere. */
const publicIPv6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** Public by its number, and yet the metadata service of Azure. */
const azureMetadata = "168.63.129.16";

/** Whether a webhook names a path of this server, such as `/hooks/done`. */
export const isOwnPath = (webhook: string): boolean => webhook.startsWith("/");

/**
 * Checks where a webhook is to go, as far as its text tells. Throws `webhook_refused` for what is neither a path of this
 * server nor http(s), and for an address in a private network, of a machine itself, or of a cloud's metadata.
 */
export function checkWebhook(webhook: string, rules: WebhookRules): void {
  if (isOwnPath(webhook)) return;
  const url = URL.parse(webhook);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TroupeError("webhook_refused", `The webhook "${shorten(webhook)}" is no http or https address.`, {
      hint: "Give a whole address such as https://example.com/hook, or a path of this server such as /hook.",
    });
  }
  const host = hostOf(url);
  if (isIP(host) && !isAllowedAddress(host, url, rules)) throw webhookRefused(host);
  if (isLoopback(host) && !isTrusted(url, rules) && !rules.allowsLoopback) throw webhookRefused(host);
}

/** Whether a webhook may be sent to an address that its host has. */
export function isAllowedAddress(address: string, url: URL, rules: WebhookRules): boolean {
  if (isTrusted(url, rules)) return true;
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === "loopback") return rules.allowsLoopback;
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(publicIPv6)) return false;
  return range === "unicast" && parsed.toString() !== azureMetadata;
}

/** The error of a host whose address is not one to send to. */
export const webhookRefused = (host: string): TroupeError =>
  new TroupeError("webhook_refused", `Webhooks may not go to "${host}": its address is not of the public internet.`, {
    hint: `If you trust it, add "${host}" to TROUPE_WEBHOOK_ALLOWED_HOSTS on the server.`,
  });

/** The host of an address, an IPv6 one without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

const isTrusted = (url: URL, { allowedHosts }: WebhookRules): boolean =>
  allowedHosts.some((allowed) => [hostOf(url), url.hostname, url.host].includes(allowed.toLowerCase()));

/** The text may hold a password, so little of it is told. */
const shorten = (text: string) => (text.length > 12 ? `${text.slice(0, 12)}…` : text);
