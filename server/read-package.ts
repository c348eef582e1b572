import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

/** The version of the package that this file belongs to, in a clone as in `dist`. */
export const readVersion = (): string => readPackage("..", import.meta.url)?.version ?? "unknown";

/** The `package.json` of an installed package as one finds it from `base`, or undefined where it is not installed. */
export function readPackage(name: string, base: string | URL): { name: string; version: string } | undefined {
  try {
    const path = findPackageJSON(name, base);
    return path ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
