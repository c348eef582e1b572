import type { Response } from "express";
import { TroupeError } from "../errors.ts";
import { sendJsonText } from "./send-json.ts";

/** How often a waiting client is sent a newline, which JSON ignores, so that no proxy takes the connection for dead. */
const keepAliveMs = 5_000;

/**
 * Waits for a run's result and sends it. Answers whether the client was there to get it.
 * Throws `server_closing` when the server closes first; the run goes on at the next start. Throws what `result` rejects with.
 */
export async function sendResult(response: Response, result: Promise<string | undefined>): Promise<boolean> {
  const gone = new Promise<"gone">((resolve) => {
    // It may have gone while its run was being started.
    if (response.destroyed) resolve("gone");
    else response.once("close", () => resolve("gone"));
  });
  const keepAlive = setInterval(() => {
    if (!response.headersSent) response.type("json");
    response.write("\n");
  }, keepAliveMs);
  const json = await Promise.race([result, gone]).finally(() => clearInterval(keepAlive));
  if (json === undefined) {
    throw new TroupeError("server_closing", "The server closes; the run goes on when it starts again.", {
      hint: "Join the run at the path in the header location.",
    });
  }
  if (json === "gone") return false;
  if (response.headersSent) response.end(json);
  else sendJsonText(response, json);
  return true;
}
