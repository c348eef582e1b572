/**
 * Troupe inside an Express app of one's own: the LangGraph API stands under /agents, beside the app's other routes.
 *
 *     node examples/mount-in-express.ts
 *     curl localhost:3000/agents/runs/wait -H 'content-type: application/json' \
 *       -d '{"assistant_id":"orchestrator","input":{"messages":[{"role":"user","content":"What is 12 * 7?"}]}}'
 *
 * Outside of this repository the import reads `troupe/server`.
 */
import type { AddressInfo } from "node:net";
import express from "express";
import { langGraphRouter } from "../server/index.ts";

const agents = await langGraphRouter({ config: "langgraph.json" });
const app = express();
app.get("/", (_, response) => void response.send("The shop. Its agents answer under /agents."));
app.use("/agents", agents.router);

const server = app.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://localhost:${port}\n`);
});

process.once("SIGINT", () => void agents.close().then(() => server.close()));
