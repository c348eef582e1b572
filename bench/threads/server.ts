import { createServer } from "../../server/index.ts";
import { builder } from "../runs/three-nodes.ts";
import { tellParent } from "../start-process.ts";

/** Troupe on a data folder that is there. */
const server = await createServer({
  config: { graphs: { three: { graph: builder } } },
  data: process.env["BENCH_DATA"]!,
  port: 0,
  knowledge: false,
});
tellParent(server.url, () => server.close({ deadlineMs: 0 }));
