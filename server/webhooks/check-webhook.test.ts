import { expect, test } from "vitest";
import { checkWebhook } from "./check-webhook.ts";

const rules = { allowedHosts: [], allowsLoopback: false };
const refused = expect.objectContaining({ code: "webhook_refused", status: 422, hint: expect.any(String) as string });

function attempt(webhook: string, changes: Partial<Parameters<typeof checkWebhook>[1]> = {}): unknown {
  try {
    return checkWebhook(webhook, { ...rules, ...changes });
  } catch (error) {
    return error;
  }
}

test.each([
  "ftp://example.com/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "example.com/hook",
  "http://",
  "http://127.0.0.1/",
  "http://2130706433/",
  "http://0x7f.1/",
  "http://0/",
  "http://localhost:3000/",
  "http://app.localhost/",
  "http://[::1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::7f00:1]/",
  "http://[64:ff9b::a00:1]/",
  "http://[2002:a00:1::]/",
  "http://[fe80::1]/",
  "http://[fd00:ec2::254]/latest",
  "http://10.0.0.1/",
  "http://172.16.0.1/",
  "http://192.168.0.1/",
  "http://169.254.169.254/latest/meta-data",
  "http://100.100.100.200/",
  "http://168.63.129.16/",
  "http://0.0.0.0/",
  "http://224.0.0.1/",
])("%s is refused", (webhook) => {
  expect(attempt(webhook)).toEqual(refused);
});

test.each(["https://example.com/hook", "http://93.184.215.14/", "https://[2606:4700::1111]/", "/hooks/done"])(
  "%s is taken",
  (webhook) => {
    expect(attempt(webhook)).toBeUndefined();
  },
);

test("this machine is allowed where only it can ask, and other private addresses are not", () => {
  const allowsLoopback = true;
  for (const host of ["127.0.0.1:3000", "localhost", "[::1]"]) {
    expect(attempt(`http://${host}/`, { allowsLoopback })).toBeUndefined();
  }
  expect(attempt("http://10.0.0.1/", { allowsLoopback })).toEqual(refused);
});

test("hosts that are named are allowed, whatever their address", () => {
  const allowedHosts = ["10.0.0.1", "Intranet.example", "localhost:3000", "::1"];
  for (const host of ["10.0.0.1", "intranet.example", "localhost:3000", "[::1]"]) {
    expect(attempt(`http://${host}/`, { allowedHosts })).toBeUndefined();
  }
  for (const host of ["10.0.0.2", "localhost:3001"]) {
    expect(attempt(`http://${host}/`, { allowedHosts })).toEqual(refused);
  }
});

test("a refusal does not repeat the password of an address", () => {
  const { message } = attempt("ftp://somebody:password@example.com/") as Error;
  expect(message).not.toContain("password");
});
