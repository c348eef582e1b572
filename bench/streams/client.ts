import { Agent, request } from "node:http";
import { quantile } from "../start-process.ts";

/** The readers, in a process of their own: as many streams as the first argument says, of so many events, at a rhythm in ms. */
const [url, ...numbers] = process.argv.slice(2);
const [streams = 0, events = 0, everyMs = 0] = numbers.map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const delays: number[] = [];
let wrong = 0;

function read(): Promise<void> {
  const body = JSON.stringify({ assistant_id: "tell", input: { events, everyMs }, stream_mode: ["custom"] });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/runs/stream`, { method: "POST", agent, headers }, (response) => {
      let [rest, expected, lastId] = ["", 0, -1];
      response.setEncoding("utf8").on("data", (text: string) => {
        const now = Date.now();
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop()!;
        for (const block of blocks) {
          const [, id, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
          if (!id) continue;
          if (Number(id) !== (lastId += 1)) wrong += 1;
          if (event !== "custom") continue;
          const { number, at } = JSON.parse(data!) as { number: number; at: number };
          if (number !== expected++) wrong += 1;
          delays.push(now - at);
        }
      });
      response.on("end", () => {
        if (expected !== events) wrong += 1;
        resolve();
      });
    });
    sent.on("error", reject).end(body);
  });
}

await Promise.all(Array.from({ length: streams }, read));
agent.destroy();
console.log(
  JSON.stringify({ delivered: delays.length, wrong, p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) }),
);
