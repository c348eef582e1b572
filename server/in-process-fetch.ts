import { AsyncLocalStorage } from "node:async_hooks";
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from "node:http";
import { duplexPair, Readable } from "node:stream";

/**
 * A `fetch` that reaches a request listener in this process over no network, so that graphs can call the server that
 * runs them. Streams and aborts as over a socket; who calls counts as this machine.
 */
export function createInProcessFetch(listener: RequestListener): typeof fetch {
  const server = createServer(listener);
  // LangGraph would take what the server does within a node's call for a part of that node's run.
  const outsideOfRuns = AsyncLocalStorage.snapshot();
  return async (input, init) => {
    const request = new Request(input, init);
    const body = request.body ? Buffer.from(await request.arrayBuffer()) : undefined;
    return outsideOfRuns(() => {
      const [near, far] = duplexPair().map((side) => Object.assign(side, socketParts));
      server.emit("connection", far);
      return exchange(near as never, request, body);
    });
  };
}

/** What `node:http` asks of a socket, and the network guard of an address. */
const socketParts = {
  remoteAddress: "127.0.0.1",
  localAddress: "127.0.0.1",
  setTimeout() {},
  setNoDelay() {},
  setKeepAlive() {},
  ref() {},
  unref() {},
};

function exchange(socket: never, request: Request, body: Buffer | undefined): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = { ...Object.fromEntries(request.headers), host: "localhost", connection: "close" };
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const sent = httpRequest({
    createConnection: () => socket,
    method: request.method,
    path: pathname + search,
    signal: request.signal,
    headers: { ...headers, ...(body && { "content-length": body.length }) },
  });
  sent.on("response", (answer) => resolve(toResponse(answer)));
  sent.on("error", (error) => reject(request.signal.aborted ? request.signal.reason : error));
  sent.end(body);
  return promise;
}

function toResponse(answer: IncomingMessage): Response {
  const status = Number(answer.statusCode);
  const headers = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const empty = status === 204 || status === 304;
  if (empty) answer.resume();
  return new Response(empty ? null : (Readable.toWeb(answer) as ReadableStream), { status, headers });
}
