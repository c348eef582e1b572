import { join } from "node:path";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { describeStorage } from "../../tests/storage/describe-storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

describeStorage("SQLite", () => {
  const path = join(makeTemporaryFolder(), "troupe.db");
  return () => openSqliteStorage({ path });
});
