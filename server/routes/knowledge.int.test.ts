import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

const ingest = (url: string, body: unknown) =>
  send(`${url}/knowledge/ingest`, { method: "POST", body: JSON.stringify(body) });

test("files are taken in, a line of JSON a step, and described", async () => {
  const folder = makeTemporaryFolder();
  writeFileSync(join(folder, "tides.md"), "# Tides\n\nThe tide turns every six hours.\n");
  writeFileSync(join(folder, "moon.md"), "# Moon\n\nThe moon pulls the water.\n");
  const { url } = await startTestServer({ steps }, { knowledge: true });
  const { status, headers, text } = await ingest(url, { paths: [folder] });
  expect(status).toBe(200);
  expect(headers["content-type"]).toContain("application/x-ndjson");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({ report: { added: [expect.any(String), expect.any(String)], failed: [] } });
  expect(lines.slice(0, -1).every((line) => "progress" in line)).toBe(true);
  expect(JSON.parse((await send(`${url}/knowledge`)).text)).toMatchObject({ documents: 2 });
});

test("what cannot be taken in is an error of our own paths", async () => {
  const { url } = await startTestServer({ steps }, { knowledge: true });
  const wrong = await ingest(url, { paths: [] });
  expect(wrong.status).toBe(422);
  expect(JSON.parse(wrong.text)).toMatchObject({ code: "invalid_request", hint: expect.any(String) });
  const missing = await ingest(url, { paths: ["/nowhere/at/all"] });
  expect(JSON.parse(missing.text)).toMatchObject({
    code: "source_not_found",
    message: expect.stringContaining("/nowhere"),
  });
});

test("without a knowledge base its paths are unknown", async () => {
  const { url } = await startTestServer({ steps }, { knowledge: false });
  expect(await send(`${url}/knowledge`)).toMatchObject({ status: 404 });
});
