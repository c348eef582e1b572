import { Agent, request } from "node:http";

/** One server-sent event. */
export interface Frame {
  id: number;
  event: string;
  data: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Reads a stream by raw HTTP into `frames`, behind the last that is there. Answers whether the server ended it; `false`
 * when the connection broke, or `goOn`, called after each piece, says no. A frame that came in part is not kept.
 */
export function readFrames(url: string, frames: Frame[], goOn: () => boolean = () => true): Promise<boolean> {
  const last = frames.at(-1)?.id;
  const headers = last === undefined ? {} : { "last-event-id": String(last) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers }, (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        reject(new Error(`${url} answered ${response.statusCode}.`));
        return;
      }
      let rest = "";
      let dropped = false;
      response.setEncoding("utf8").on("data", (text: string) => {
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop()!;
        for (const block of blocks) if (block.startsWith("id:")) frames.push(parseFrame(block));
        if (goOn()) return;
        dropped = true;
        response.destroy();
      });
      response.on("error", () => resolve(false));
      // A response that is destroyed while its end is in the same packet calls itself complete, and what is between is lost.
      response.on("close", () => resolve(response.complete && !dropped));
    });
    sent.on("error", () => resolve(false)).end();
  });
}

function parseFrame(block: string): Frame {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)![1]!;
  return { id: Number(field("id")), event: field("event"), data: field("data") };
}

/** The nodes that an `updates` frame tells the result of. */
export const updatedNodes = ({ event, data }: Frame): string[] =>
  event === "updates" ? Object.keys(JSON.parse(data) as object).filter((name) => !name.startsWith("__")) : [];
