import { Socket, type TcpNetConnectOpts } from "node:net";
import type { TroupeError } from "../errors.ts";

/** Refuses every new connection whose host `mayReach` denies, before its name is looked up, until it is disposed. */
export function guardSockets(mayReach: (host: string) => boolean, toError: (host: string) => TroupeError): Disposable {
  const connect = Reflect.get(Socket.prototype, "connect") as (...args: unknown[]) => Socket;
  Socket.prototype.connect = function guarded(this: Socket, ...args: unknown[]): Socket {
    const host = readHost(args);
    if (host === undefined || mayReach(host)) return Reflect.apply(connect, this, args);
    // As a failed connection does, it fails once who asked for it can listen.
    process.nextTick(() => this.destroy(toError(host)));
    return this;
  };
  return { [Symbol.dispose]: () => void (Socket.prototype.connect = connect) };
}

/** The host of a call of `connect`; undefined for a path, which is a socket of this machine. Node hands its own calls over as a list in a list. */
function readHost(args: unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === "object" && first !== null) {
    const { path, host } = first as TcpNetConnectOpts & { path?: string };
    return path ? undefined : host || "localhost";
  }
  if (Number.isNaN(Number(first))) return undefined;
  return typeof second === "string" ? second : "localhost";
}
