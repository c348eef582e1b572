import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { Router } from "express";

/** What a client asks before anything else: is it there, and what can it do. */
export function systemRoutes(): Router {
  const info = {
    version: versionOf(".."),
    langgraph_js_version: versionOf("@langchain/langgraph"),
    context: "js",
    flags: { assistants: true, crons: false, langsmith: false, langsmith_tracing_replicas: false },
  };
  return Router()
    .get("/ok", (_request, response) => void response.json({ ok: true }))
    .get("/info", (_request, response) => void response.json(info));
}

function versionOf(specifier: string): string {
  const path = findPackageJSON(specifier, import.meta.url)!;
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
