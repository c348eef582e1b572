import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deltaChannelHistoryTests, specTest } from "@langchain/langgraph-checkpoint-validation";
import { createCommit } from "./commits.ts";
import { type Database, openDatabase } from "./connection.ts";
import { SqliteSaver } from "./saver.ts";
import { migrations } from "./schema.ts";

const opened = new Map<SqliteSaver, { folder: string; database: Database }>();

const conformance = {
  checkpointerName: "SqliteSaver",
  async createCheckpointer() {
    const folder = await mkdtemp(join(tmpdir(), "troupe-saver-"));
    const database = openDatabase(join(folder, "troupe.db"), migrations);
    const saver = new SqliteSaver(database, createCommit(database).commit);
    opened.set(saver, { folder, database });
    return saver;
  },
  async destroyCheckpointer(saver: SqliteSaver) {
    const { folder, database } = opened.get(saver)!;
    database.close();
    await rm(folder, { recursive: true });
  },
};

specTest(conformance);
deltaChannelHistoryTests(conformance);
