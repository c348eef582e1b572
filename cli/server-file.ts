import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where a running server is: it writes this to `server.json` in its data folder, for the other commands. */
export interface ServerAddress {
  url: string;
  pid: number;
}

const fileIn = (dataFolder: string) => join(dataFolder, "server.json");

/** Announces this process as the server of a data folder. */
export async function writeServerFile(dataFolder: string, url: string): Promise<void> {
  await writeFile(fileIn(dataFolder), `${JSON.stringify({ url, pid: process.pid } satisfies ServerAddress)}\n`);
}

/** Takes the announcement of this address back; that of another server stays. */
export async function removeServerFile(dataFolder: string, url: string): Promise<void> {
  const address = await readServerFile(dataFolder);
  if (address?.pid === process.pid && address.url === url) await rm(fileIn(dataFolder), { force: true });
}

/** The server that was announced last, which a crash may have ended since; undefined where none was. */
export async function readServerFile(dataFolder: string): Promise<ServerAddress | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(dataFolder), "utf8")) as ServerAddress;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
