import { Agent, request } from "node:http";
import { measure } from "./measure.ts";

/** The load: a thread and a run that is waited for, over connections that are kept. Its third argument is the server. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const url = process.argv[4]!;

function post(path: string, body: unknown): Promise<{ thread_id?: string; notes?: string[] }> {
  const json = JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json) };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject).on("end", () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${path} answered ${response.statusCode}: ${text}`));
      });
    });
    sent.on("error", reject).end(json);
  });
}

await measure(async () => {
  const { thread_id } = await post("/threads", {});
  const { notes } = await post(`/threads/${thread_id}/runs/wait`, { assistant_id: "three", input: { topic: "tides" } });
  if (notes?.length !== 3) throw new Error(`Expected 3 notes, got ${JSON.stringify(notes)}.`);
});
agent.destroy();
