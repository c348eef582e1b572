import { describe, expect, test } from "vitest";
import type { CronSearch, NewCron } from "../../storage/storage.ts";
import { newRun, openAt, type OpenStorage, refused } from "./fixture.ts";

const due = "2026-01-01T09:00:00.000Z";
const next_run_date = "2026-01-02T09:00:00.000Z";
const now = new Date("2026-01-01T12:00:00.000Z");
const page: CronSearch = { limit: 9, offset: 0, sort_by: "cron_id", sort_order: "asc" };

const newCron = (cron_id: string, changes: Partial<NewCron> = {}): NewCron => ({
  cron_id,
  assistant_id: "assistant",
  thread_id: null,
  on_run_completed: "delete",
  end_time: null,
  schedule: "0 9 * * *",
  timezone: null,
  payload: { input: { n: 1 } },
  user_id: null,
  next_run_date: due,
  metadata: {},
  enabled: true,
  caller: null,
  ...changes,
});

/** How crons wait for their time, on every storage. */
export function describeCrons(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: crons`, () => {
    test("a due time makes one run, whichever process is first, and nothing else of the run is left", async () => {
      const place = createPlace();
      const [one, other] = [await openAt(place), await openAt(place)];
      await one.crons.create(newCron("c"));
      const cron = { cron_id: "c", due, next_run_date };
      const [first, second] = [newRun("first", { cron }), newRun("second", { cron })];
      const made = await Promise.allSettled([one.runs.create(first), other.runs.create(second)]);
      expect(made.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      const [won, lost] = made[0].status === "fulfilled" ? [first, second] : [second, first];
      expect((await one.runs.get(won.run_id)).status).toBe("pending");
      expect(made.find(({ status }) => status === "rejected")).toMatchObject({ reason: refused("claim_stale") });
      await expect(one.runs.get(lost.run_id)).rejects.toEqual(refused("run_not_found"));
      await expect(one.threads.get(lost.thread_id)).rejects.toEqual(refused("thread_not_found"));
      expect(await other.crons.get("c")).toMatchObject({ next_run_date });
    });

    test("a run that is refused leaves its cron due", async () => {
      const storage = await open();
      await storage.crons.create(newCron("c"));
      const run = newRun("t", { cron: { cron_id: "c", due, next_run_date }, if_not_exists: "reject" });
      await expect(storage.runs.create(run)).rejects.toEqual(refused("thread_not_found"));
      expect(await storage.crons.get("c")).toMatchObject({ next_run_date: due });
    });

    test("those that are due come first to last, without disabled ones and those with no time left", async () => {
      const storage = await open();
      await storage.crons.create(newCron("late", { next_run_date: "2026-01-01T10:00:00.000Z" }));
      await storage.crons.create(newCron("early"));
      await storage.crons.create(newCron("tomorrow", { next_run_date }));
      await storage.crons.create(newCron("disabled", { enabled: false }));
      await storage.crons.create(newCron("over", { next_run_date: null }));
      expect((await storage.crons.listDue(now)).map(({ cron_id }) => cron_id)).toEqual(["early", "late"]);
      expect(await storage.crons.nextDue()).toBe(Date.parse(due));
    });

    test("a time is passed over once, and a cron that was changed meanwhile is left alone", async () => {
      const storage = await open();
      await storage.crons.create(newCron("c"));
      await storage.crons.skip({ cron_id: "c", due, next_run_date }, true);
      await storage.crons.skip({ cron_id: "c", due, next_run_date: null }, false);
      expect(await storage.crons.get("c")).toMatchObject({ next_run_date, enabled: true });
      await storage.crons.skip({ cron_id: "c", due: next_run_date, next_run_date: null }, false);
      expect(await storage.crons.get("c")).toMatchObject({ next_run_date: null, enabled: false });
    });

    test("crons are found by what they are of, and one that filters hide is not there", async () => {
      const storage = await open();
      const mine = newCron("mine", { thread_id: "t", enabled: false, metadata: { owner: "Ada", team: "sea" } });
      const created = await storage.crons.create(mine);
      await storage.crons.create(newCron("other", { metadata: { owner: "Bo" } }));
      const filters = { owner: "Bo" };
      const queries = [
        { thread_id: "t" },
        { enabled: false },
        { metadata: { team: "sea" } },
        { filters: { owner: "Ada" } },
      ];
      for (const query of queries) {
        expect(await storage.crons.search({ ...page, ...query })).toEqual({ rows: [created], total: 1 });
        expect(await storage.crons.count(query)).toBe(1);
      }
      expect(await storage.crons.search({ ...page, limit: 1, sort_order: "desc" })).toMatchObject({
        rows: [{ cron_id: "other" }],
        total: 2,
      });
      for (const hidden of [
        storage.crons.get("mine", filters),
        storage.crons.update("mine", () => ({ enabled: true }), filters),
        storage.crons.delete("mine", filters),
      ]) {
        await expect(hidden).rejects.toEqual(refused("cron_not_found"));
      }
      expect(await storage.crons.get("mine")).toEqual(created);
    });

    test("a thread takes its crons along", async () => {
      const storage = await open();
      await storage.threads.create({ thread_id: "t", metadata: {} }, { if_exists: "raise" });
      await storage.crons.create(newCron("c", { thread_id: "t" }));
      await storage.threads.delete("t");
      expect(await storage.crons.count({})).toBe(0);
    });
  });
}
