/** A setup file of vitest's workers. */
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { afterAll } from "vitest";
import { readConfig } from "../../config.ts";
import { forbidModelCalls } from "../../testing/index.ts";

if (readConfig().TROUPE_FORBID_MODEL_CALLS) forbidModelCalls();

// A terminal sends Ctrl-C to workers as well. They go on until they are told to stop, so that what has just ended is kept.
process.on("SIGINT", () => {});

// LangSmith's client sends in the background, and a worker ends with its file.
afterAll(awaitAllCallbacks);
