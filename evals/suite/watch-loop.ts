import { url } from "node:inspector";
import { Worker } from "node:worker_threads";

/** Beats, and the longest that the loop may stand still, in milliseconds. */
let shared: Int32Array | undefined;

/**
 * Ends this process where its event loop stands still for longer than `ms`: nothing in it can stop a loop without an end. The
 * longest time that was asked for counts, and none while a debugger is there.
 */
export function watchLoop(ms: number): void {
  if (shared) {
    shared[1] = Math.max(shared[1]!, ms);
    return;
  }
  shared = new Int32Array(new SharedArrayBuffer(8));
  shared[1] = ms;
  const beats = shared;
  setInterval(() => {
    beats[0] = beats[0]! + 1;
    if (url()) beats[1] = 2 ** 31 - 1;
    Atomics.notify(beats, 0);
  }, everyMs).unref();
  new Worker(watch, { eval: true, workerData: beats }).unref();
}

const everyMs = 500;

/** A process that was stopped, or a machine that slept, gets time for a beat. */
const watch = `
const { writeSync } = require("node:fs");
const { workerData: beats } = require("node:worker_threads");
const isStill = (ms) => Atomics.wait(beats, 0, beats[0], ms) === "timed-out";
while (!isStill(beats[1]) || !isStill(${4 * everyMs}));
writeSync(2, "A case blocked its process for " + beats[1] + " ms, so that it was ended.\\n");
process.kill(process.pid, "SIGKILL");
`;
