import { readConfig } from "../../config.ts";
import { answers, findChroma } from "../../retrieval/chroma-server.ts";
import type { Finding } from "./finding.ts";

const name = "chroma";

/** Whether a Chroma answers or could be started for vectors, and what is used instead; none is started. */
export async function checkChroma(): Promise<Finding[]> {
  const { CHROMA_URL, VECTOR_STORE } = readConfig();
  if (VECTOR_STORE === "sqlite") return [{ name, status: "ok", message: "not used: VECTOR_STORE is sqlite" }];
  if (CHROMA_URL) {
    if (await answers(CHROMA_URL)) return [{ name, status: "ok", message: `answers at ${CHROMA_URL}` }];
    const fix = "Start it (`chroma run`), or correct or unset CHROMA_URL.";
    return [{ name, status: "fail", message: `CHROMA_URL is "${CHROMA_URL}", and no Chroma answers there`, fix }];
  }
  const command = await findChroma();
  if (command) return [{ name, status: "ok", message: `${command}, started when vectors are needed` }];
  const none = "none runs on this machine";
  const fix = "Set CHROMA_URL, or put a `chroma` that runs here on the PATH.";
  if (VECTOR_STORE === "chroma") return [{ name, status: "fail", message: `VECTOR_STORE is chroma, and ${none}`, fix }];
  return [{ name, status: "ok", message: `${none}; vectors, if any, are searched exactly in SQLite` }];
}
