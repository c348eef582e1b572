import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { writeMessage, writeMessageFrames } from "./anthropic-protocol.ts";
import { completeReply, type ModelReply } from "./model-reply.ts";
import { writeCompletion, writeCompletionFrames, writeEmbeddings } from "./openai-protocol.ts";

/** One request that a provider server got. */
export interface ProviderRequest {
  path: string;
  headers: IncomingMessage["headers"];
  /** The JSON body, in the provider's own shape. */
  body: { model: string; stream?: boolean; [field: string]: unknown };
}

/**
 * What goes wrong with a request: an error status; silence (`hang`, without `after` not even headers come); or a body
 * that ends as if it were complete (`end`) or breaks off (`reset`). `after` counts the frames that are sent before.
 */
export type Fault =
  | { status: number; message?: string; headers?: Record<string, string> }
  | { hang: true; after?: number }
  | { cut: "end" | "reset"; after?: number };

export interface ProviderServerOptions {
  /** Answers a chat request. May be asynchronous; a throw is a 500. */
  chat?: (request: ProviderRequest) => ModelReply | Promise<ModelReply>;
  /** One vector for each text. */
  embed?: (texts: string[], request: ProviderRequest) => number[][] | Promise<number[][]>;
  /** What goes wrong with each request, in order, `undefined` for nothing; or a function of the request. */
  faults?: readonly (Fault | undefined)[] | ((request: ProviderRequest) => Fault | undefined);
  /** The only key that is accepted; every key is when this is not given. */
  key?: string;
}

/** A running provider server. */
export interface ProviderServer extends AsyncDisposable {
  /** For OPENAI_BASE_URL and ANTHROPIC_BASE_URL. */
  url: string;
  /** Every request so far, the refused ones included. */
  requests: ProviderRequest[];
}

/**
 * Starts a server on a free loopback port that speaks OpenAI's chat completions and embeddings and Anthropic's
 * messages, streams included, and fails as it is told.
 *
 * @example
 * await using provider = await startProviderServer({ chat: () => "Hello." });
 * process.env.OPENAI_BASE_URL = provider.url;
 */
export async function startProviderServer(options: ProviderServerOptions): Promise<ProviderServer> {
  const requests: ProviderRequest[] = [];
  const server = createServer((incoming, response) => {
    answer(incoming, response, options, requests).catch((error: unknown) =>
      refuse(response, { status: 500, message: String(error) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: ProviderServerOptions,
  requests: ProviderRequest[],
): Promise<void> {
  const path = incoming.url ?? "/";
  const request = { path, headers: incoming.headers, body: (await json(incoming)) as ProviderRequest["body"] };
  const nth = requests.push(request);
  const { faults, key } = options;
  const sent = incoming.headers["x-api-key"] ?? incoming.headers.authorization?.replace("Bearer ", "");
  if (key !== undefined && sent !== key)
    return refuse(response, { status: 401, message: "Incorrect API key provided." });
  const fault = typeof faults === "function" ? faults(request) : faults?.[nth - 1];
  if (fault && "status" in fault) return refuse(response, fault);
  if (fault && "hang" in fault && fault.after === undefined) return;

  const written = await writeAnswer(request, options, nth);
  if (!written) return refuse(response, { status: 404, message: `Nothing here answers ${path}: pass chat or embed.` });
  const frames = Array.isArray(written) ? written : [JSON.stringify(written)];
  response.writeHead(200, { "content-type": Array.isArray(written) ? "text/event-stream" : "application/json" });
  response.flushHeaders();
  for (const frame of frames.slice(0, fault ? (fault.after ?? 0) : frames.length)) response.write(frame);
  if (!fault || ("cut" in fault && fault.cut === "end")) response.end();
  // Only once the frames are out, so that the client reads them before the connection breaks.
  else if ("cut" in fault) response.write("\n", () => response.destroy());
}

/** The JSON body of an answer, or the frames of a stream; undefined for what this server was not told to answer. */
async function writeAnswer(
  request: ProviderRequest,
  { chat, embed }: ProviderServerOptions,
  nth: number,
): Promise<object | string[] | undefined> {
  const { path, body } = request;
  if (path.endsWith("/embeddings") && embed) {
    const texts = [body["input"]].flat() as string[];
    return writeEmbeddings(await embed(texts, request), body.model, body["encoding_format"]);
  }
  const isOpenAI = path.endsWith("/chat/completions");
  if (!chat || !(isOpenAI || path.endsWith("/messages"))) return undefined;
  const reply = completeReply(await chat(request), JSON.stringify(body["messages"]), nth);
  if (!isOpenAI) return body.stream ? writeMessageFrames(reply, body.model) : writeMessage(reply, body.model);
  const usage = (body["stream_options"] as { include_usage?: boolean } | undefined)?.include_usage ?? false;
  return body.stream ? writeCompletionFrames(reply, body.model, usage) : writeCompletion(reply, body.model);
}

function refuse(
  response: ServerResponse,
  { status, message, headers }: { status: number; message?: string; headers?: Record<string, string> },
): void {
  const error = { message: message ?? `Told to fail with ${status}.`, type: "error", code: null };
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify({ error }));
}
