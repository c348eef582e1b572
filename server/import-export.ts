import { existsSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type ErrorCode, isTroupeError, TroupeError } from "../errors.ts";

/**
 * Imports what `file:export` of a `langgraph.json` names. TypeScript goes through tsx, so that `.js` specifiers that mean
 * `.ts`, enums and path aliases work; the process keeps its hook. `what` begins the message of the error that is thrown,
 * such as `The graph "a"`.
 */
export async function importExport(
  path: string,
  folder: string,
  { what, code }: { what: string; code: ErrorCode },
): Promise<unknown> {
  const failure = (reason: string, hint: string, cause?: unknown) =>
    new TroupeError(code, `${what} cannot be loaded: ${reason}.`, { hint, cause });
  const { file, name } = splitPath(path, folder);
  if (!existsSync(file)) {
    throw failure(`the file "${file}" does not exist`, `Correct the path "${path}" in langgraph.json.`);
  }
  if (/^\.[cm]?tsx?$/.test(extname(file))) await hookTypeScript(folder);
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = isTroupeError(error) ? error.hint : `Run "npx tsx ${file}" to see where it fails.`;
    throw failure(`"${file}" cannot be imported: ${reason}`, hint, error);
  }
  const exports = commonJsExports(module) ?? module;
  if (exports[name] != null) return exports[name];
  const names = Object.keys(exports).map((key) => `"${key}"`);
  throw failure(`"${file}" has no export "${name}"`, `It exports ${names.join(", ") || "nothing"}: use "file:export".`);
}

/** Where an export is: its file as an absolute path, and its name. */
export interface ExportPlace {
  file: string;
  name: string;
}

/** Reads `file:export`, relative to a folder; the colon of a Windows drive names no export. */
export function splitPath(path: string, folder: string): ExportPlace {
  const colon = path.lastIndexOf(":");
  if (colon < 2 || /[\\/]/.test(path.slice(colon))) return { file: resolve(folder, path), name: "default" };
  return { file: resolve(folder, path.slice(0, colon)), name: path.slice(colon + 1) };
}

/** A TypeScript file in a package without `"type": "module"` arrives as one default export that holds the others. */
function commonJsExports(module: Record<string, unknown>): Record<string, unknown> | undefined {
  const inner = module.default as Record<string, unknown> | undefined;
  return typeof inner === "object" && inner?.__esModule ? inner : undefined;
}

let hooked: Promise<void> | undefined;

/** A project without `"type": "module"` requires its files, which is a hook of its own. */
function hookTypeScript(folder: string): Promise<void> {
  hooked ??= Promise.all([import("tsx/esm/api"), import("tsx/cjs/api")]).then(([esm, cjs]) => {
    const tsconfig = join(folder, "tsconfig.json");
    if (existsSync(tsconfig)) process.env.TSX_TSCONFIG_PATH ??= tsconfig;
    cjs.register();
    esm.register();
  });
  return hooked;
}
