import { join } from "node:path";
import type { KnowledgeStorage } from "../documents.ts";
import { openDatabase } from "./connection.ts";
import { createSqliteDocuments } from "./documents.ts";
import { createSqliteEmbeddings } from "./embeddings.ts";
import { knowledgeMigrations } from "./knowledge-schema.ts";
import { createSqliteVectors } from "./vectors.ts";

/** Opens `knowledge.db` in a data folder, making it where it is missing. Who opens it closes it. */
export function openSqliteKnowledge(dataFolder: string): KnowledgeStorage {
  const path = join(dataFolder, "knowledge.db");
  const writer = openDatabase(path, knowledgeMigrations);
  const reader = openDatabase(path, knowledgeMigrations);
  return {
    knowledge_id: reader.prepare<{ knowledge_id: string }>("SELECT knowledge_id FROM knowledge").get()!.knowledge_id,
    documents: createSqliteDocuments(writer, reader),
    embeddings: createSqliteEmbeddings(writer),
    vectors: createSqliteVectors(writer),
    async close() {
      reader.close();
      writer.close();
    },
  };
}
