import { describe, expect, test } from "vitest";
import { mostCharacters } from "../../storage/port/events.ts";
import type { CallSpan, Storage } from "../../storage/storage.ts";
import { claimNew, deadWorker, newRun, openAt, type OpenStorage, refused, success, worker } from "./fixture.ts";

const span = (span_id: string, content: unknown = "4"): CallSpan => ({
  span_id,
  parent_id: null,
  kind: "tool",
  name: "add",
  node: "tools",
  step: 2,
  request: { args: { a: 1 } },
  response: { content },
  error: null,
  started_at: "2026-01-01T12:00:00.000Z",
  duration_ms: 3.5,
});

const read = async (storage: Storage, thread_id = "thread", after = 0, limit = 99) =>
  storage.spans.list(thread_id, { after, limit });
const idsOf = async (storage: Storage, thread_id?: string) =>
  (await read(storage, thread_id)).map(({ span_id }) => span_id);

/** What every storage does with the calls of traced runs. */
export function describeSpans(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: spans`, () => {
    test("those of a thread come back whole and in order, over all its runs, a page at a time", async () => {
      const storage = await open();
      const first = await claimNew(storage);
      await storage.spans.append(first, [span("one", { text: "é", list: [null, 1] }), span("two")]);
      await storage.runs.finish(first, success);
      const second = await claimNew(storage);
      await storage.spans.append(second, [span("three")]);
      await storage.spans.append(await claimNew(storage, "other"), [span("elsewhere")]);
      const all = await read(storage);
      expect(all).toEqual([
        { ...span("one", { text: "é", list: [null, 1] }), run_id: first.run_id, attempt: 1, seq: expect.any(Number) },
        expect.objectContaining({ span_id: "two" }),
        expect.objectContaining({ span_id: "three", run_id: second.run_id }),
      ]);
      const page = await read(storage, "thread", all[0]!.seq, 1);
      expect(page.map(({ span_id }) => span_id)).toEqual(["two"]);
      expect(await read(storage, "thread", all[2]!.seq)).toEqual([]);
      expect(await read(storage, "nobody")).toEqual([]);
    });

    test("a page ends with the span that makes it too long", async () => {
      const storage = await open();
      const claim = await claimNew(storage);
      const long = "x".repeat(mostCharacters * 0.6);
      await storage.spans.append(claim, [span("one", long), span("two", long), span("three", long)]);
      const page = await read(storage);
      expect(page.map(({ span_id }) => span_id)).toEqual(["one", "two"]);
      expect(await read(storage, "thread", page[1]!.seq)).toHaveLength(1);
    });

    test("a stale claim adds nothing, and a later attempt goes on", async () => {
      const storage = await open();
      const stale = await claimNew(storage, "thread", deadWorker);
      await storage.spans.append(stale, [span("one")]);
      const claim = (await storage.runs.claim(worker))!;
      await expect(storage.spans.append(stale, [span("late")])).rejects.toEqual(refused("claim_stale"));
      await storage.spans.append(claim, [span("two")]);
      expect((await read(storage)).map(({ span_id, attempt }) => [span_id, attempt])).toEqual([
        ["one", 1],
        ["two", 2],
      ]);
    });

    test("they go with their run: deleted or rolled back", async () => {
      const storage = await open();
      const kept = await claimNew(storage);
      await storage.spans.append(kept, [span("kept")]);
      await storage.runs.finish(kept, success);
      const deleted = await claimNew(storage);
      await storage.spans.append(deleted, [span("deleted")]);
      await storage.runs.finish(deleted, success);
      await storage.runs.delete(deleted.run_id);
      const undone = await claimNew(storage);
      await storage.spans.append(undone, [span("undone")]);
      await storage.runs.requestCancel({ run_ids: [undone.run_id], action: "rollback" });
      await storage.runs.finish(undone, { ...success, status: "interrupted" });
      expect(await idsOf(storage)).toEqual(["kept"]);
    });

    test("they go with their thread: deleted, pruned or swept; a copy of it has none", async () => {
      const storage = await open();
      for (const thread_id of ["deleted", "swept", "kept"]) {
        const claim = await claimNew(storage, thread_id);
        await storage.spans.append(claim, [span(thread_id)]);
        await storage.runs.finish(claim, success);
      }
      await storage.threads.copy("kept", { thread_id: "copy", metadata: {} });
      expect(await idsOf(storage, "copy")).toEqual([]);
      await storage.threads.delete("deleted");
      const ttl = { strategy: "delete", ttl_minutes: 1 } as const;
      await storage.threads.update("swept", { ttl });
      await storage.threads.sweep(new Date(Date.now() + 120_000));
      const later = await storage.runs.create(newRun("kept"));
      const claim = (await storage.runs.claim(worker))!;
      expect(claim.run_id).toBe(later.run.run_id);
      await storage.spans.append(claim, [span("latest")]);
      await storage.runs.finish(claim, success);
      await storage.threads.prune("kept", "keep_latest");
      expect(await Promise.all(["deleted", "swept", "kept"].map((id) => idsOf(storage, id)))).toEqual([
        [],
        [],
        ["latest"],
      ]);
    });
  });
}
