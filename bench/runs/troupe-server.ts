import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "../../server/index.ts";
import { builder } from "./three-nodes.ts";

/** Troupe as it is served: every checkpoint, run and event in a SQLite file on the disk. */
const data = mkdtempSync(join(tmpdir(), "troupe-bench-"));
const server = await createServer({
  config: { graphs: { three: { graph: builder } } },
  data,
  port: 0,
  knowledge: false,
});
process.once("SIGTERM", () => {
  void server.close().then(() => rmSync(data, { recursive: true }));
});
console.log(server.url);
