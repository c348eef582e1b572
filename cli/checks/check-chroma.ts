import { readConfig } from "../../config.ts";
import { isTroupeError } from "../../errors.ts";
import { selectEmbeddings } from "../../models/index.ts";
import { openKnowledge } from "../../retrieval/open-knowledge.ts";
import type { Finding } from "./finding.ts";

/** Whether vectors go to Chroma, which is started for a moment where that is Troupe's to do, and where else they go. */
export async function checkChroma(): Promise<Finding[]> {
  const name = "vectors";
  try {
    if (!selectEmbeddings())
      return [{ name, status: "ok", message: "none, so no Chroma is needed: MODEL_EMBED is not set" }];
    const { vectors, note } = await describeKnowledge();
    if (vectors?.store === "chroma") return [{ name, status: "ok", message: `Chroma at ${vectors.url}` }];
    const fix = "Enough for most; for very many documents set CHROMA_URL, or put `chroma` on the PATH.";
    return [{ name, status: "warn", message: note ?? "exact search in SQLite", fix }];
  } catch (error) {
    if (!isTroupeError(error)) throw error;
    return [{ name, status: "fail", message: error.message, fix: error.hint }];
  }
}

async function describeKnowledge() {
  const knowledge = await openKnowledge({ dataFolder: readConfig().TROUPE_DATA });
  try {
    return await knowledge.describe();
  } finally {
    await knowledge.close();
  }
}
