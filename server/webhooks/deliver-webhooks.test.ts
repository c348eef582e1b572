import { onTestFinished, expect, test, vi } from "vitest";
import { openSqliteStorage } from "../../storage/sqlite/open-sqlite-storage.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { newRun, success, worker } from "../../tests/storage/fixture.ts";
import { webhookRefused } from "./check-webhook.ts";
import { deliverWebhooks } from "./deliver-webhooks.ts";
import type { PostWebhook } from "./post-webhook.ts";

const day = 24 * 3600 * 1000;

/** Delivers one webhook under a clock of its own; `answer` gives the status of each attempt. */
async function deliver(answer: (attempt: number) => number | Error) {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const storage = await openSqliteStorage({ path: `${makeTemporaryFolder()}/server.sqlite` });
  const url = "https://user:password@example.com/hook?token=secret";
  const { run } = await storage.runs.create(newRun("t", { kwargs: { webhook: url } }), worker);
  const attempts: { at: number; id: string }[] = [];
  const logged: unknown[] = [];
  const started = Date.now();
  const post: PostWebhook = ({ attempt, webhook_id }) => {
    attempts.push({ at: Date.now() - started, id: webhook_id });
    const answered = answer(attempt);
    return answered instanceof Error ? Promise.reject(answered) : Promise.resolve(answered);
  };
  const stop = deliverWebhooks({ webhooks: storage.webhooks, post, log: (...parts) => logged.push(parts) });
  onTestFinished(async () => {
    await stop();
    await storage.close();
  });
  await storage.runs.finish(run, { ...success, webhook: { started_at: "", values: "null" } });
  /** Lets the time pass until a condition holds. */
  const until = async (holds: () => boolean | Promise<boolean>) => {
    for (let turns = 0; !(await holds()); turns += 1) {
      if (turns > 3000) throw new Error(`Nothing came after ${attempts.length} attempts.`);
      await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(60_000);
    }
  };
  return { storage, run, attempts, logged, until };
}

test("what fails is sent again after growing pauses, under the same id, until it arrives", async () => {
  const { storage, attempts, until } = await deliver((attempt) =>
    attempt === 1 ? new Error("reset") : attempt < 5 ? 503 : 204,
  );
  await until(async () => (await storage.webhooks.nextDue()) === undefined);
  expect(attempts).toHaveLength(5);
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(1);
  const pauses = attempts.slice(1).map(({ at }, index) => at - attempts[index]!.at);
  expect(pauses.at(-1)).toBeGreaterThan(pauses[0]!);
  expect(pauses.at(-1)).toBeGreaterThanOrEqual(160_000);
});

test("after twelve attempts it is given up, logged without its secrets and kept as failed", async () => {
  const { storage, run, attempts, logged, until } = await deliver(() => 500);
  await until(() => logged.length > 0);
  expect(attempts).toHaveLength(12);
  expect(attempts.at(-1)!.at).toBeGreaterThan(day / 2);
  expect(attempts.at(-1)!.at).toBeLessThan(2 * day);
  expect(JSON.stringify(logged)).toContain(run.run_id);
  expect(JSON.stringify(logged)).toContain("example.com");
  expect(JSON.stringify(logged)).not.toMatch(/password|secret/);
  await until(async () => (await storage.webhooks.nextDue())! > Date.now() + 6 * day);
});

test("410 ends it at once", async () => {
  const { attempts, logged, until } = await deliver(() => 410);
  await until(() => logged.length > 0);
  expect(attempts).toHaveLength(1);
});

test("an address that is not to be sent to ends it at once", async () => {
  const { attempts, logged, until } = await deliver(() => webhookRefused("example.com"));
  await until(() => logged.length > 0);
  expect(attempts).toHaveLength(1);
});
