import { Router } from "express";
import { readPackage, readVersion } from "../read-package.ts";

/** What a client asks before anything else: is it there, and what can it do. */
export function systemRoutes(): Router {
  const info = {
    version: readVersion(),
    langgraph_js_version: readPackage("@langchain/langgraph", import.meta.url)?.version,
    context: "js",
    flags: { assistants: true, crons: false, langsmith: false, langsmith_tracing_replicas: false },
  };
  return Router()
    .get("/ok", (_request, response) => void response.json({ ok: true }))
    .get("/info", (_request, response) => void response.json(info));
}
