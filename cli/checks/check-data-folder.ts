import { mkdtemp, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "../../config.ts";
import { makeFolder } from "../../storage/make-folder.ts";
import type { Finding } from "./finding.ts";

const megabyte = 1024 ** 2;
const scarce = 1024 * megabyte;
const tooLittle = 50 * megabyte;

/** Whether the data folder can be made and written, and what space is left there. */
export async function checkDataFolder(): Promise<Finding[]> {
  const name = "data folder";
  const folder = readConfig().TROUPE_DATA;
  try {
    makeFolder(folder);
    await rm(await mkdtemp(join(folder, "doctor-")), { recursive: true });
  } catch (error) {
    const message = `"${folder}" cannot be written: ${(error as NodeJS.ErrnoException).code}`;
    return [{ name, status: "fail", message, fix: "Let this user write there, or choose another with TROUPE_DATA." }];
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const message = `${folder}, ${(free / 1024 / megabyte).toFixed(1)} GB free`;
  if (free > scarce) return [{ name, status: "ok", message }];
  const fix = "Free some space, or choose another disk with TROUPE_DATA.";
  return [{ name, status: free > tooLittle ? "warn" : "fail", message, fix }];
}
