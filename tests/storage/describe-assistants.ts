import { describe, expect, test } from "vitest";
import type { NewAssistant } from "../../storage/storage.ts";
import { openAt, type OpenStorage, refused } from "./fixture.ts";

/** What every storage does with assistants. */
export function describeAssistants(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: assistants`, () => {
    const assistant = (assistant_id: string, changes: Partial<NewAssistant> = {}): NewAssistant => ({
      assistant_id,
      graph_id: "graph",
      name: assistant_id,
      config: { configurable: { depth: 1 } },
      context: { language: "en" },
      metadata: {},
      ...changes,
    });

    test("an assistant comes back as it was created", async () => {
      const { assistants } = await open();
      const created = assistant("a", { description: "Answers.", metadata: { team: ["x"] } });
      const answered = await assistants.create(created, { if_exists: "raise" });
      expect(answered).toMatchObject({ ...created, version: 1, updated_at: answered.created_at });
      expect(await assistants.get("a")).toEqual(answered);
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

    test("a change makes a version, and each version comes back whole", async () => {
      const { assistants } = await open();
      const first = await assistants.create(assistant("a", { metadata: { x: 1 } }), { if_exists: "raise" });
      const changed = { graph_id: "other", config: {}, context: { language: "fr" }, name: "b", description: "B." };
      const second = await assistants.update("a", { ...changed, metadata: { y: [2] } });
      expect(second).toMatchObject({
        ...changed,
        version: 2,
        metadata: { x: 1, y: [2] },
        created_at: first.created_at,
      });
      expect(await assistants.get("a")).toEqual(second);
      expect(await assistants.setLatest("a", 1)).toEqual({ ...first, updated_at: expect.any(String) });
      expect((await assistants.update("a", { name: "c" })).version).toBe(3);
      const page = { limit: 10, offset: 0 };
      const versions = async (query: object) =>
        (await assistants.listVersions("a", { ...page, ...query })).map(({ version }) => version);
      expect(await versions({})).toEqual([3, 2, 1]);
      expect(await versions({ offset: 1, limit: 1 })).toEqual([2]);
      expect(await versions({ metadata: { y: [2] } })).toEqual([2]);
      await expect(assistants.setLatest("a", 9)).rejects.toEqual(refused("assistant_version_not_found"));
      await expect(assistants.listVersions("b", page)).rejects.toEqual(refused("assistant_not_found"));
    });

    test("a deleted assistant is gone with its versions", async () => {
      const { assistants } = await open();
      await assistants.create(assistant("a"), { if_exists: "raise" });
      await assistants.update("a", { name: "b" });
      await assistants.delete("a");
      await expect(assistants.delete("a")).rejects.toEqual(refused("assistant_not_found"));
      await assistants.create(assistant("a"), { if_exists: "raise" });
      expect(await assistants.listVersions("a", { limit: 10, offset: 0 })).toHaveLength(1);
    });

    test("what filters hide is not there", async () => {
      const { assistants } = await open();
      const filters = { owner: "ann", teams: { $contains: "x" } };
      await assistants.create(assistant("a", { metadata: { owner: "ann", teams: ["x"] } }), { if_exists: "raise" });
      await assistants.create(assistant("b", { metadata: { owner: "bob" } }), { if_exists: "raise" });
      expect((await assistants.get("a", filters)).assistant_id).toBe("a");
      expect(await assistants.count({ filters })).toBe(1);
      expect(await assistants.count({})).toBe(2);
      const hidden = refused("assistant_not_found");
      await expect(assistants.get("b", filters)).rejects.toEqual(hidden);
      await expect(assistants.update("b", { name: "x" }, filters)).rejects.toEqual(hidden);
      await expect(assistants.setLatest("b", 1, filters)).rejects.toEqual(hidden);
      await expect(assistants.listVersions("b", { limit: 1, offset: 0 }, filters)).rejects.toEqual(hidden);
      await expect(assistants.delete("b", filters)).rejects.toEqual(hidden);
      const again = assistants.create(assistant("b"), { if_exists: "do_nothing", filters });
      await expect(again).rejects.toEqual(refused("assistant_exists"));
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
