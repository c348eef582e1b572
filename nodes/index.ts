/** The entry point `troupe/nodes`: the steps of the orchestrator, for graphs of one's own. */
export { once } from "./once.ts";
export { analyst } from "./orchestrator/analyst.ts";
export { admit, guard } from "./orchestrator/guard.ts";
export { recall } from "./orchestrator/recall.ts";
export { remember } from "./orchestrator/remember.ts";
export { researcher } from "./orchestrator/researcher.ts";
export { respond } from "./orchestrator/respond.ts";
export { supervise } from "./orchestrator/supervise.ts";
