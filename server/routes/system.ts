import { Router } from "express";
import { z } from "zod";
import { check } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { readPackage, readVersion } from "../read-package.ts";

export const OkQuery = z.looseObject({ check_db: z.enum(["0", "1", "true", "false"]).optional() });

/** What a client asks before anything else: is it there, and what can it do. */
export function systemRoutes({ storage, metrics, streams }: ServerContext, routes: () => string[]): Router {
  // Nobody asks in most processes, and the schemas take a while.
  const describe = async () => (await import("../openapi/describe-api.ts")).describeApi(routes());
  const info = {
    version: readVersion(),
    langgraph_js_version: readPackage("@langchain/langgraph", import.meta.url)?.version,
    context: "js",
    flags: { assistants: true, crons: true, langsmith: false, langsmith_tracing_replicas: false },
  };
  return Router()
    .get("/ok", async (request, response) => {
      const { check_db } = check(OkQuery, request.query, "query");
      if (check_db === "1" || check_db === "true") await storage.size();
      response.json({ ok: true });
    })
    .get("/info", (_request, response) => void response.json(info))
    .get("/metrics", async (_request, response) => {
      response.type("text/plain; version=0.0.4").send(await metrics.read(storage, streams.count));
    })
    .get("/openapi.json", async (_request, response) => void response.json(await describe()))
    .get("/docs", async (_request, response) => {
      const { docsPolicy, renderDocs } = await import("../openapi/render-docs.ts");
      response
        .set("content-security-policy", docsPolicy)
        .type("html")
        .send(renderDocs(await describe()));
    });
}
