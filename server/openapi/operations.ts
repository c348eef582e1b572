import type { z } from "zod";
import * as assistantGraph from "../routes/assistant-graph.ts";
import * as assistants from "../routes/assistants.ts";
import * as crons from "../routes/crons.ts";
import * as knowledge from "../routes/knowledge.ts";
import * as store from "../routes/store.ts";
import * as system from "../routes/system.ts";
import * as threadRuns from "../routes/thread-runs.ts";
import * as threadSearch from "../routes/thread-search.ts";
import * as threadSpans from "../routes/thread-spans.ts";
import * as threadState from "../routes/thread-state.ts";
import * as threadStream from "../routes/thread-stream.ts";
import * as threads from "../routes/threads.ts";
import { RunBody } from "../runs/run-body.ts";
import { StateUpdateBody } from "../update-thread-state.ts";

/** What one method of one path does, with the very schemas that its route checks a request with. */
export interface Operation {
  summary: string;
  body?: z.ZodType;
  query?: z.ZodType;
}

/** Every operation, by `METHOD /path` as the routes name it; a test holds the two together. */
export const operations: Record<string, Operation> = {
  "GET /ok": { summary: "Is the server there; with check_db its database too", query: system.OkQuery },
  "GET /info": { summary: "Versions, and what the server can do" },
  "GET /metrics": { summary: "Counts and times in Prometheus' text format" },
  "GET /openapi.json": { summary: "This description" },
  "GET /docs": { summary: "This description as a page" },

  "POST /assistants": { summary: "Create an assistant: a graph with a configuration", body: assistants.CreateBody },
  "POST /assistants/search": { summary: "Search assistants", body: assistants.SearchBody },
  "POST /assistants/count": { summary: "How many assistants match", body: assistants.CountBody },
  "GET /assistants/:assistant_id": { summary: "One assistant, by its id or its graph's" },
  "PATCH /assistants/:assistant_id": { summary: "Change an assistant, as a new version", body: assistants.PatchBody },
  "DELETE /assistants/:assistant_id": { summary: "Delete an assistant", query: assistants.DeleteQuery },
  "GET /assistants/:assistant_id/graph": { summary: "The graph as nodes and edges", query: assistantGraph.GraphQuery },
  "GET /assistants/:assistant_id/schemas": { summary: "JSON schemas of the graph's input, output, state and context" },
  "GET /assistants/:assistant_id/subgraphs{/:namespace}": {
    summary: "The same of its subgraphs",
    query: assistantGraph.SubgraphQuery,
  },
  "POST /assistants/:assistant_id/versions": { summary: "Its versions", body: assistants.VersionsBody },
  "POST /assistants/:assistant_id/latest": { summary: "Make a version the one in use", body: assistants.LatestBody },

  "POST /threads": { summary: "Create a thread", body: threads.CreateBody },
  "POST /threads/search": { summary: "Search threads by metadata, values and status", body: threadSearch.SearchBody },
  "POST /threads/count": { summary: "How many threads match", body: threadSearch.CountBody },
  "POST /threads/prune": { summary: "Delete threads, or all but their latest state", body: threads.PruneBody },
  "GET /threads/:thread_id": { summary: "One thread with its values", query: threads.GetQuery },
  "PATCH /threads/:thread_id": { summary: "Merge metadata, set the ttl", body: threads.PatchBody },
  "DELETE /threads/:thread_id": { summary: "Erase a thread with its runs and checkpoints" },
  "POST /threads/:thread_id/copy": { summary: "Copy a thread with its history" },
  "GET /threads/:thread_id/state": { summary: "The latest state", query: threadState.StateQuery },
  "POST /threads/:thread_id/state": { summary: "Change the state as a node would", body: StateUpdateBody },
  "POST /threads/:thread_id/state/checkpoint": { summary: "The state at a checkpoint", body: threadState.StateBody },
  "GET /threads/:thread_id/state/:checkpoint_id": {
    summary: "The state at a checkpoint",
    query: threadState.CheckpointStateQuery,
  },
  "GET /threads/:thread_id/history": { summary: "States, newest first", query: threadState.HistoryQuery },
  "POST /threads/:thread_id/history": { summary: "States, newest first", body: threadState.HistoryBody },

  "GET /threads/:thread_id/spans": {
    summary: "What traced runs asked of models, tools and retrievers",
    query: threadSpans.SpansQuery,
  },

  "POST /threads/:thread_id/runs": { summary: "Start a run", body: RunBody },
  "POST /threads/:thread_id/runs/wait": { summary: "Start a run and wait for its values", body: RunBody },
  "POST /threads/:thread_id/runs/stream": { summary: "Start a run and read its events (SSE)", body: RunBody },
  "GET /threads/:thread_id/runs": { summary: "The runs of a thread, newest first", query: threadRuns.ListQuery },
  "GET /threads/:thread_id/runs/:run_id": { summary: "One run" },
  "DELETE /threads/:thread_id/runs/:run_id": { summary: "Delete a run that has ended" },
  "GET /threads/:thread_id/runs/:run_id/join": { summary: "Wait for a run's values", query: threadRuns.JoinQuery },
  "GET /threads/:thread_id/runs/:run_id/stream": {
    summary: "Join a run's events (SSE); Last-Event-ID goes on from there",
    query: threadRuns.JoinQuery,
  },
  "POST /threads/:thread_id/runs/:run_id/cancel": { summary: "Cancel a run", query: threadRuns.CancelOneQuery },
  "POST /runs/cancel": { summary: "Cancel runs", query: threadRuns.CancelManyQuery, body: threadRuns.CancelManyBody },
  "GET /threads/:thread_id/stream": {
    summary: "The events of all runs of a thread (SSE); Last-Event-ID goes on from there",
    query: threadStream.ThreadStreamQuery,
  },
  "POST /runs": { summary: "Start a run on a thread of its own", body: RunBody },
  "POST /runs/wait": { summary: "The same, and wait for its values", body: RunBody },
  "POST /runs/stream": { summary: "The same, and read its events (SSE)", body: RunBody },
  "POST /runs/batch": { summary: "Start several such runs", body: RunBody.array() },
  "GET /runs/:run_id/join": { summary: "Wait for such a run's values", query: threadRuns.JoinQuery },
  "GET /runs/:run_id/stream": { summary: "Join the events of such a run (SSE)", query: threadRuns.JoinQuery },

  "POST /runs/crons": { summary: "Start runs by a schedule, each on a thread of its own", body: crons.CreateBody },
  "POST /threads/:thread_id/runs/crons": { summary: "Start runs by a schedule on a thread", body: crons.CreateBody },
  "POST /runs/crons/search": { summary: "Search crons", body: crons.SearchBody },
  "POST /runs/crons/count": { summary: "How many crons match", body: crons.CountBody },
  "GET /runs/crons/:cron_id": { summary: "One cron" },
  "PATCH /runs/crons/:cron_id": { summary: "Change a cron: its schedule, or what it runs", body: crons.PatchBody },
  "DELETE /runs/crons/:cron_id": { summary: "Delete a cron" },

  "PUT /store/items": { summary: "Keep an item", body: store.PutBody },
  "GET /store/items": { summary: "One item", query: store.GetQuery },
  "DELETE /store/items": { summary: "Delete an item", body: store.DeleteBody },
  "POST /store/items/search": { summary: "Search items by filter, text and meaning", body: store.SearchBody },
  "POST /store/namespaces": { summary: "List namespaces", body: store.NamespacesBody },

  "GET /knowledge": { summary: "The documents of the knowledge base" },
  "POST /knowledge/ingest": { summary: "Take in files of the server's machine", body: knowledge.IngestBody },
};
