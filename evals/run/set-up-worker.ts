/** A setup file of vitest's workers, under `troupe eval` and under a vitest of one's own. */
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { afterAll, inject } from "vitest";
import { readConfig } from "../../config.ts";
import { forbidModelCalls } from "../../testing/index.ts";
import { goOffline } from "./go-offline.ts";

// A terminal sends Ctrl-C to workers as well. They go on until they are told to stop, so that what has just ended is kept.
if (inject("evalRun")) process.on("SIGINT", () => {});
// Who runs vitest alone has not said that anything may leave this machine.
else goOffline();

if (readConfig().TROUPE_FORBID_MODEL_CALLS) forbidModelCalls();

// LangSmith's client sends in the background, and a worker ends with its file.
afterAll(awaitAllCallbacks);
