import { once } from "node:events";
import { createServer } from "node:net";
import { defaultPort, readConfig } from "../../config.ts";
import { findServer } from "../find-server.ts";
import type { Finding } from "./finding.ts";

/** Whether a server runs here, or one could start at the default port. */
export async function checkPort(): Promise<Finding[]> {
  const name = "server";
  const running = await findServer().catch(() => undefined);
  if (running) return [{ name, status: "ok", message: `one answers at ${running}` }];
  if (await isFree(defaultPort)) return [{ name, status: "ok", message: `none runs; port ${defaultPort} is free` }];
  const message = `none runs for ${readConfig().TROUPE_DATA}, and another program has port ${defaultPort}`;
  return [{ name, status: "warn", message, fix: "`npm start` takes the next free port; or choose one with --port." }];
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, "127.0.0.1");
    await once(probe, "listening");
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
