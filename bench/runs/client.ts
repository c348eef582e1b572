import { Agent, request } from "node:http";
import { measure } from "./measure.ts";

/**
 * The load: a thread and a run that is waited for or streamed, over connections that are kept. Its third argument is the
 * server, its fourth "wait" or "stream".
 */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const [url, way] = process.argv.slice(4);

/** Answers what it is sent, and when the first piece of it came. */
function post(path: string, body: unknown): Promise<{ text: string; first: number }> {
  const json = JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json) };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method: "POST", agent, headers }, (response) => {
      let [text, first] = ["", 0];
      response.setEncoding("utf8").on("data", (part: string) => {
        first ||= performance.now();
        text += part;
      });
      response.on("error", reject).on("end", () => {
        if (response.statusCode === 200) resolve({ text, first });
        else reject(new Error(`${path} answered ${response.statusCode}: ${text}`));
      });
    });
    sent.on("error", reject).end(json);
  });
}

await measure(async () => {
  const thread = JSON.parse((await post("/threads", {})).text) as { thread_id: string };
  const body = { assistant_id: "three", input: { topic: "tides" } };
  const { text, first } = await post(`/threads/${thread.thread_id}/runs/${way}`, body);
  if (!text.includes("Reviewed 2 notes")) throw new Error(`Expected three notes, got ${text}.`);
  return way === "stream" ? first : undefined;
});
agent.destroy();
