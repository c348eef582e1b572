import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { answers, isAlive } from "./chroma-server.ts";
import { shareChroma } from "./share-chroma.ts";

const command = inject("chroma")?.command;
const module = join(import.meta.dirname, "share-chroma.ts");

async function tempFolder() {
  const folder = await mkdtemp(join(tmpdir(), "troupe-lease-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Another process that holds the server, then does what `end` says when a line comes in. */
async function otherProcess(folder: string, end: string) {
  const script = `
    const { shareChroma } = await import(${JSON.stringify(module)});
    const shared = await shareChroma(${JSON.stringify(command)}, ${JSON.stringify(folder)});
    console.log(shared.url);
    process.stdin.once("data", async () => { ${end} });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  return {
    url: line.trim(),
    end: async () => {
      child.stdin.write("\n");
      await once(child, "exit");
    },
    kill: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

const pidOf = async (folder: string) =>
  (JSON.parse(await readFile(join(folder, "lease.json"), "utf8")) as { pid: number }).pid;

describe.skipIf(!command)("a Chroma of our own", () => {
  test("answers while it is held and is gone once it is released", async () => {
    const folder = await tempFolder();
    const shared = await shareChroma(command!, folder);
    const pid = await pidOf(folder);
    expect(await answers(shared.url)).toBe(true);
    await shared.release();
    expect(isAlive(pid)).toBe(false);
  });

  test("is shared by processes and stopped by the last one", async () => {
    const folder = await tempFolder();
    const other = await otherProcess(folder, "await shared.release(); process.exit()");
    const shared = await shareChroma(command!, folder);
    expect(shared.url).toBe(other.url);
    await other.end();
    expect(await answers(shared.url)).toBe(true);
    await shared.release();
    expect(await answers(shared.url)).toBe(false);
  });

  test("is stopped when its process exits without having released it", async () => {
    const folder = await tempFolder();
    const other = await otherProcess(folder, "process.exit()");
    const pid = await pidOf(folder);
    await other.end();
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5_000);
  });

  test("outlives a killed process and is taken over by the next", async () => {
    const folder = await tempFolder();
    const other = await otherProcess(folder, "");
    await other.kill();
    const shared = await shareChroma(command!, folder);
    expect(shared.url).toBe(other.url);
    await shared.release();
    expect(await answers(shared.url)).toBe(false);
  });
});

test("a command that ends at once is an error that says so", async () => {
  await expect(shareChroma(process.execPath, await tempFolder())).rejects.toThrow(/chroma ended with code/);
});
