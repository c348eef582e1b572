import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { demandTrust, isLoopback } from "./guard-network.ts";

const rules = { insecure: false, allowedOrigins: [], allowedHosts: [] };
const from = (remoteAddress: string, headers = {}) => ({ headers, socket: { remoteAddress } }) as IncomingMessage;

test.each(["127.0.0.1", "127.1.2.3", "::1", "[::1]", "::ffff:127.0.0.1", "localhost", "a.localhost"])(
  "%s is loopback",
  (host) => expect(isLoopback(host)).toBe(true),
);

test.each([
  "0.0.0.0",
  "::",
  "10.0.0.1",
  "127.0.0.1.example.com",
  "example.com",
  "localhost.example.com",
  "evil.com/.localhost",
  "evil.com@a.localhost",
  "",
  "::ffff:10.0.0.1",
])("%s is not", (host) => expect(isLoopback(host)).toBe(false));

test("files of this machine are for callers on it, or with the key", () => {
  expect(() => demandTrust(from("127.0.0.1"), rules)).not.toThrow();
  expect(() => demandTrust(from("10.0.0.7"), { ...rules, insecure: true })).toThrow("Only this machine");
  expect(() => demandTrust(from("10.0.0.7", { "x-api-key": "k" }), { ...rules, apiKey: "k" })).not.toThrow();
  expect(() => demandTrust(from("127.0.0.1"), { ...rules, apiKey: "k" })).toThrow("Only this machine");
});
