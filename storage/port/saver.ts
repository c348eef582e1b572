import type { NewEvent } from "./events.ts";

/** What the saver of a claimed run commits beside LangGraph's checkpoints and writes. */
export interface RunSaverOptions {
  /**
   * Hands over the events that wait, in order. Called inside each commit, so that what a node wrote and the events that tell
   * of it are there together or not at all. Events of a commit that fails are lost, and its failure ends the execution.
   */
  takeEvents?: () => NewEvent[];
  /** Goes into each checkpoint's metadata, beside LangGraph's own. */
  metadata?: Record<string, unknown>;
}
