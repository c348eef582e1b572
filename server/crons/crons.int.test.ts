import { writeFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { openSqliteStorage } from "../../storage/sqlite/open-sqlite-storage.ts";
import { createGate, steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

const hourly = { schedule: "0 * * * *", input: { topic: "tide" } };

/** Makes crons due two hours ago, as if no server had run since. */
async function makeDue(data: string, ...cron_ids: string[]): Promise<void> {
  const storage = await openSqliteStorage({ path: `${data}/server.sqlite` });
  const next_run_date = new Date(Date.now() - 7_200_000).toISOString();
  for (const cron_id of cron_ids) await storage.crons.update(cron_id, () => ({ next_run_date }));
  await storage.close();
}

test("the SDK makes, finds, changes and deletes crons", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const made = await client.crons.createForThread(thread_id, "steps", {
    schedule: "30 9 * * 1-5",
    timezone: "Europe/Rome",
    input: { topic: "tide" },
    metadata: { team: "harbour" },
  });
  expect(made).toMatchObject({
    thread_id,
    user_id: null,
    metadata: { team: "harbour" },
    payload: { input: { topic: "tide" } },
  });
  expect(Date.parse(made.next_run_date)).toBeGreaterThan(Date.now());
  const other = await client.crons.create("steps", { ...hourly, enabled: false, onRunCompleted: "keep" });

  expect((await client.crons.search({ sortBy: "created_at" })).map(({ cron_id }) => cron_id)).toEqual([
    other.cron_id,
    made.cron_id,
  ]);
  expect(await client.crons.search({ threadId: thread_id, select: ["cron_id", "enabled"] })).toEqual([
    { cron_id: made.cron_id, enabled: true },
  ]);
  expect(await client.crons.count({ metadata: { team: "harbour" } })).toBe(1);
  expect(await client.crons.search({ enabled: false, assistantId: "steps" })).toHaveLength(1);

  const changed = await client.crons.update(other.cron_id, {
    schedule: "0 0 * * *",
    endTime: "2020-01-01T00:00:00Z",
    input: { topic: "moon" },
    enabled: true,
  });
  expect(changed).toMatchObject({ next_run_date: null, enabled: true, payload: { input: { topic: "moon" } } });
  expect(await client.crons.update(other.cron_id, { endTime: null })).toMatchObject({
    end_time: null,
    schedule: "0 0 * * *",
  });
  await client.crons.delete(other.cron_id);
  await expect(client.crons.delete(other.cron_id)).rejects.toMatchObject({ status: 404 });

  await client.threads.delete(thread_id);
  expect(await client.crons.count()).toBe(0);
});

test("times that passed while no server ran make one run, also where two servers start", async () => {
  const data = makeTemporaryFolder();
  const first = await startTestServer({ steps }, { data });
  const { thread_id } = await first.client.threads.create();
  const { cron_id } = await first.client.crons.createForThread(thread_id, "steps", {
    ...hourly,
    metadata: { by: "cron" },
  });
  await first.close();
  await makeDue(data, cron_id);

  const [{ client }, other] = await Promise.all([
    startTestServer({ steps }, { data }),
    startTestServer({ steps }, { data }),
  ]);
  const runs = await vi.waitUntil(async () => {
    const found = await client.runs.list(thread_id);
    return found.length > 0 && found.every(({ status }) => status === "success") ? found : undefined;
  }, 10_000);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ metadata: { by: "cron", cron_id } });
  expect((await client.threads.getState<{ log: string[] }>(thread_id)).values.log[0]).toBe("first tide");
  const [cron] = await client.crons.search();
  expect(Date.parse(cron!.next_run_date!)).toBeGreaterThan(Date.now());
  await other.close();
  expect(await client.runs.list(thread_id)).toHaveLength(1);
});

test("a cron that is due starts its run behind the thread's, and one without a thread on its own", async () => {
  const data = makeTemporaryFolder();
  const gate = createGate();
  const { client } = await startTestServer({ steps, gate: gate.graph }, { data });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "gate", { input: { topic: "tide" } });
  await gate.entered;
  const behind = await client.crons.createForThread(thread_id, "steps", hourly);
  const alone = await client.crons.create("steps", { ...hourly, onRunCompleted: "keep", metadata: { kind: "alone" } });
  await makeDue(data, behind.cron_id, alone.cron_id);
  await vi.waitUntil(async () => (await client.runs.list(thread_id)).length === 2, 10_000);
  expect((await client.runs.list(thread_id))[0]).toMatchObject({ status: "pending" });
  await vi.waitUntil(
    async () => (await client.threads.search({ metadata: { kind: "alone" }, status: "idle" })).length === 1,
    10_000,
  );
  gate.open();
  await client.runs.join(thread_id, run_id);
});

test("a cron whose assistant is gone is disabled, and the others run", async () => {
  const data = makeTemporaryFolder();
  const { client, errors } = await startTestServer({ steps }, { data });
  const { assistant_id } = await client.assistants.create({ graphId: "steps" });
  const { cron_id } = await client.crons.create(assistant_id, hourly);
  const { thread_id } = await client.threads.create();
  const other = await client.crons.createForThread(thread_id, "steps", hourly);
  await client.assistants.delete(assistant_id);
  await makeDue(data, cron_id, other.cron_id);
  await vi.waitUntil(async () => (await client.crons.search({ enabled: false })).length === 1, 10_000);
  await vi.waitUntil(async () => (await client.runs.list(thread_id)).length === 1, 10_000);
  expect(errors).toEqual([expect.objectContaining({ code: "assistant_not_found" })]);
});

test("a cron that could not run is refused with a hint", async () => {
  const { url } = await startTestServer({ steps });
  const thread = "00000000-0000-4000-8000-000000000000";
  for (const [path, changes, status] of [
    ["/runs/crons", { schedule: "* * * * * *" }, 422],
    ["/runs/crons", { schedule: "0 0 31 2 *" }, 422],
    ["/runs/crons", { timezone: "Mars/Olympus" }, 422],
    ["/runs/crons", { end_time: "tomorrow" }, 422],
    ["/runs/crons", { webhook: "http://10.0.0.1/" }, 422],
    ["/runs/crons", { assistant_id: "nobody" }, 404],
    [`/threads/${thread}/runs/crons`, {}, 404],
  ] as const) {
    const body = JSON.stringify({ assistant_id: "steps", ...hourly, ...changes });
    const answer = await send(`${url}${path}`, { method: "POST", body });
    expect([answer.status, Boolean(answer.headers["x-troupe-hint"])], body).toEqual([status, true]);
  }
});

test("a caller sees and changes its own crons only, and their runs are its own", async () => {
  const data = makeTemporaryFolder();
  await writeFile(
    `${data}/auth.mjs`,
    `import { Auth } from "${import.meta.resolve("@langchain/langgraph-sdk/auth")}";
     export const auth = new Auth()
       .authenticate((request) => request.headers.get("x-user") ?? undefined)
       .on("*", ({ value, user }) => {
         if (value.metadata) value.metadata.owner = user.identity;
         return { owner: user.identity };
       });`,
  );
  const config = { graphs: { steps: { graph: steps } }, auth: { path: `${data}/auth.mjs:auth` } };
  const { url } = await startTestServer({}, { config, data });
  const as = async (user: string, method: string, path: string, body?: object) => {
    const answer = await send(`${url}${path}`, { method, headers: { "x-user": user }, body: JSON.stringify(body) });
    return { status: answer.status, body: (answer.status === 200 ? JSON.parse(answer.text) : undefined) as never };
  };
  const { body: thread } = await as("ada", "POST", "/threads", {});
  const { thread_id } = thread as { thread_id: string };
  const cron = { assistant_id: "steps", ...hourly };
  expect((await as("bob", "POST", `/threads/${thread_id}/runs/crons`, cron)).status).toBe(404);
  const made = (await as("ada", "POST", "/runs/crons", { ...cron, on_run_completed: "keep" })).body as {
    cron_id: string;
  };
  expect(made).toMatchObject({ user_id: "ada", metadata: { owner: "ada" } });
  expect(made).not.toHaveProperty("caller");
  const path = `/runs/crons/${made.cron_id}`;
  for (const [method, body] of [["GET"], ["PATCH", { enabled: false }], ["DELETE"]] as const) {
    expect((await as("bob", method, path, body)).status, method).toBe(404);
  }
  expect((await as("bob", "POST", "/runs/crons/search", {})).body).toEqual([]);
  expect((await as("bob", "POST", "/runs/crons/count", {})).body).toBe(0);
  expect((await as("ada", "POST", "/runs/crons/count", {})).body).toBe(1);

  await makeDue(data, made.cron_id);
  const [ran] = await vi.waitUntil(async () => {
    const { body } = await as("ada", "POST", "/threads/search", {
      metadata: { cron_id: made.cron_id },
      status: "idle",
    });
    const found = body as { thread_id: string }[];
    return found.length > 0 ? found : undefined;
  }, 10_000);
  expect((await as("bob", "GET", `/threads/${ran!.thread_id}`)).status).toBe(404);
  const { body: runs } = await as("ada", "GET", `/threads/${ran!.thread_id}/runs`);
  expect(runs).toMatchObject([{ kwargs: { config: { configurable: { langgraph_auth_user: { identity: "ada" } } } } }]);
});
