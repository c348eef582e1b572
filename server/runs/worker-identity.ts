import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

/** The workers of this process: two servers in one process are two. */
const alive = new Set<string>();

/** A name for a worker, by which another process can tell that it is dead, and a way to give it up. */
export function takeWorkerId(): { worker_id: string; giveUp: () => void } {
  const worker_id = `${hostname()}/${process.pid}/${randomUUID()}`;
  alive.add(worker_id);
  return { worker_id, giveUp: () => void alive.delete(worker_id) };
}

/** Whether a worker's process is known to be dead; one of another machine may live, so its lease has to run out. */
export function isGone(worker_id: string): boolean {
  const [host, pid] = worker_id.split("/");
  if (host !== hostname() || alive.has(worker_id)) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
