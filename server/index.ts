/** The entry point `troupe/server`: graphs over the LangGraph API, as a server or inside an Express app. */
export { createServer, type Server, type ServerOptions } from "./create-server.ts";
export { langGraphRouter, type LangGraphRouter } from "./lang-graph-router.ts";
export type { LangGraphRouterOptions } from "./read-settings.ts";
