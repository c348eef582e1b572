import { EventEmitter } from "node:events";
import type { LookupFunction } from "node:net";
import { expect, test } from "vitest";
import { createWebhookPost, type Network } from "./post-webhook.ts";

const webhook = { webhook_id: "msg_1", run_id: "run", url: "http://hook.example/", payload: "{}", attempt: 1 };

/** A network in which every name has the addresses, and which answers 204 once it has been given one. */
function stubNetwork(addresses: string[], connected: string[]): Network {
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const resolveName = (_: string, __: object, callback: (error: null, found: object[]) => void) =>
    callback(null, found);
  const httpRequest = (_: URL, { lookup }: { lookup: LookupFunction }) => {
    const sent = Object.assign(new EventEmitter(), {
      end() {
        lookup("hook.example", { all: true }, (error, all) => {
          if (error) return sent.emit("error", error);
          connected.push(...(all as { address: string }[]).map(({ address }) => address));
          sent.emit("response", { statusCode: 204, destroy() {} });
        });
      },
    });
    return sent;
  };
  return { resolveName, httpRequest } as unknown as Network;
}

async function post(addresses: string[], { allowedHosts = [] as string[], allowsLoopback = false } = {}) {
  const connected: string[] = [];
  const rules = { allowedHosts, allowsLoopback, secret: undefined };
  const send = createWebhookPost(rules, stubNetwork(addresses, connected));
  const status = await send(webhook, new AbortController().signal).catch((error: { code: string }) => error.code);
  return [status, connected];
}

test("a name that has a public address is sent to", async () => {
  expect(await post(["93.184.215.14", "2606:4700::1111"])).toEqual([204, ["93.184.215.14", "2606:4700::1111"]]);
});

test.each(["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "::ffff:10.0.0.1"])(
  "no connection is made to a name that has the address %s, also beside a public one",
  async (address) => {
    expect(await post(["93.184.215.14", address])).toEqual(["webhook_refused", []]);
  },
);

test("a name that is allowed may have any address, and this machine's where loopback is allowed", async () => {
  expect(await post(["10.0.0.1"], { allowedHosts: ["hook.example"] })).toEqual([204, ["10.0.0.1"]]);
  expect(await post(["127.0.0.1"], { allowsLoopback: true })).toEqual([204, ["127.0.0.1"]]);
});
