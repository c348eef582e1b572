import type { Assistant } from "@langchain/langgraph-sdk";
import { describe, expect, test } from "vitest";
import { openAt, type OpenStorage, refused } from "./fixture.ts";

/** What every storage does with assistants. */
export function describeAssistants(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: assistants`, () => {
    const assistant = (assistant_id: string, changes: Partial<Assistant> = {}): Assistant => ({
      assistant_id,
      graph_id: "graph",
      name: assistant_id,
      config: { configurable: { depth: 1 } },
      context: { language: "en" },
      metadata: {},
      version: 1,
      created_at: "2026-01-01T00:00:00.000Z",
      updated_at: "2026-01-01T00:00:00.000Z",
      ...changes,
    });

    test("an assistant comes back as it was created", async () => {
      const { assistants } = await open();
      const created = assistant("a", { description: "Answers.", metadata: { team: ["x"] } });
      await assistants.create(created, { if_exists: "raise" });
      expect(await assistants.get("a")).toEqual(created);
      await expect(assistants.get("b")).rejects.toEqual(refused("assistant_not_found"));
    });

    test("creating one that exists raises, or answers the one that is there", async () => {
      const { assistants } = await open();
      await assistants.create(assistant("a"), { if_exists: "raise" });
      const again = assistant("a", { name: "other" });
      await expect(assistants.create(again, { if_exists: "raise" })).rejects.toEqual(refused("assistant_exists"));
      expect((await assistants.create(again, { if_exists: "do_nothing" })).name).toBe("a");
    });

    test("search filters, sorts and pages, and counts all that match", async () => {
      const { assistants } = await open();
      await assistants.create(assistant("a", { metadata: { tier: 1 } }), { if_exists: "raise" });
      await assistants.create(assistant("b", { metadata: { tier: 1, x: "1" } }), { if_exists: "raise" });
      await assistants.create(assistant("c", { graph_id: "other", name: "Zoë" }), { if_exists: "raise" });
      const search = async (query: object) => {
        const all = { limit: 10, offset: 0, sort_by: "assistant_id", sort_order: "asc" } as const;
        const { rows, total } = await assistants.search({ ...all, ...query });
        return [rows.map(({ assistant_id }) => assistant_id).join(""), total];
      };
      expect(await search({})).toEqual(["abc", 3]);
      expect(await search({ sort_by: "name", sort_order: "desc", limit: 2 })).toEqual(["cb", 3]);
      expect(await search({ offset: 1, limit: 1 })).toEqual(["b", 3]);
      expect(await search({ graph_id: "other" })).toEqual(["c", 1]);
      expect(await search({ name: "zo" })).toEqual(["c", 1]);
      expect(await search({ metadata: { tier: 1 } })).toEqual(["ab", 2]);
      expect(await search({ metadata: { tier: 1, x: "1" } })).toEqual(["b", 1]);
      expect(await search({ metadata: { tier: "1" } })).toEqual(["", 0]);
    });

    test("metadata that is nested too deeply is refused, where it is kept and where it is asked for", async () => {
      const { assistants } = await open();
      const page = { limit: 10, offset: 0, sort_by: "assistant_id", sort_order: "asc" } as const;
      const nest = (levels: number) =>
        JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`) as Record<string, unknown>;
      await assistants.create(assistant("a", { metadata: nest(1_000) }), { if_exists: "raise" });
      expect((await assistants.search({ ...page, metadata: nest(1_000) })).total).toBe(1);
      const deep = { metadata: nest(1_001) };
      const tooDeep = refused("invalid_request");
      await expect(assistants.search({ ...page, ...deep })).rejects.toEqual(tooDeep);
      await expect((async () => assistants.create(assistant("b", deep), { if_exists: "raise" }))()).rejects.toEqual(
        tooDeep,
      );
    });
  });
}
