import { createHmac } from "node:crypto";

/**
 * The headers by which a receiver knows who sent a webhook, and that it is not an old one sent again, as
 * https://www.standardwebhooks.com defines them. `timestamp` in seconds since 1970. Without a secret it is not signed.
 */
export function signWebhook(
  { webhook_id, timestamp, body }: { webhook_id: string; timestamp: number; body: string },
  secret: string | undefined,
): Record<string, string> {
  const headers = { "webhook-id": webhook_id, "webhook-timestamp": String(timestamp) };
  if (!secret) return headers;
  const digest = createHmac("sha256", toKey(secret)).update(`${webhook_id}.${timestamp}.${body}`).digest("base64");
  return { ...headers, "webhook-signature": `v1,${digest}` };
}

/** A secret with the scheme's prefix is base64; any other is its own bytes. */
const toKey = (secret: string): Buffer =>
  secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
