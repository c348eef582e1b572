import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { TroupeError } from "../errors.ts";

/** A file to ingest. */
export interface FoundFile {
  path: string;
  /** As it is cited. */
  source: string;
  /** Set where it, or a folder of that path, cannot be ingested. */
  error?: TroupeError;
}

/** The files under some paths, and the folders among these. */
export interface FoundFiles {
  files: FoundFile[];
  folders: string[];
}

/** What can be ingested, by its extension. */
export const extensions = [".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".json", ".csv"] as const;

/**
 * Finds the files that paths name, in folders those of all levels but for dotfiles and `node_modules`.
 * Throws `source_not_found` and, for a file that is named itself, `source_unsupported`.
 */
export async function findFiles(paths: string[]): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>();
  const folders: string[] = [];
  for (const given of paths) {
    const path = await existing(given);
    const kind = await stat(path);
    if (kind.isDirectory()) {
      folders.push(path);
      for await (const file of walk(path, path)) files.set(file.path, file);
    } else {
      if (!isSupported(path)) throw unsupported(given);
      // Reading a pipe would wait for ever.
      if (!kind.isFile()) throw special(given);
      files.set(path, { path, source: cited(path, path) });
    }
  }
  return { files: [...files.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1)), folders };
}

/** Symbolic links are resolved, so that a file has one identity however it is named. */
async function existing(given: string): Promise<string> {
  try {
    return await realpath(resolve(given));
  } catch (cause) {
    throw new TroupeError("source_not_found", `There is no file or folder "${given}".`, {
      hint: `Check the path; it was looked for at "${resolve(given)}".`,
      cause,
    });
  }
}

/** Links inside a folder are not followed: they may lead out of what the user meant to share. */
async function* walk(folder: string, root: string): AsyncGenerator<FoundFile, void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => ofFolder(folder, error));
  if (entries instanceof TroupeError) {
    yield { path: folder, source: cited(folder, root), error: entries };
    return;
  }
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, root);
    if (!entry.isFile()) continue;
    const source = cited(path, root);
    yield isSupported(path) ? { path, source } : { path, source, error: unsupported(source) };
  }
}

const isSupported = (path: string) => (extensions as readonly string[]).includes(extname(path).toLowerCase());

const unsupported = (path: string) =>
  new TroupeError("source_unsupported", `The file "${path}" is of a kind that cannot be read: "${extname(path)}".`, {
    hint: `Convert it to one of ${extensions.join(" ")}, or leave it out.`,
  });

const special = (path: string) =>
  new TroupeError("source_unsupported", `"${path}" is no regular file.`, {
    hint: "Name a file on disk: write what a pipe, socket or device gives to a file first.",
  });

const ofFolder = (folder: string, cause: unknown) =>
  new TroupeError("source_unreadable", `The folder "${folder}" cannot be read.`, {
    hint: "Make it readable for this user, or leave it out.",
    cause,
  });

/** Relative to the working directory, or for what is outside it to the parent of what was ingested. */
function cited(path: string, root: string): string {
  const here = relative(process.cwd(), path);
  const isOutside = here.startsWith("..") || resolve(here) === here;
  const source = isOutside ? relative(dirname(root), path) || basename(path) : here;
  return source.split(sep).join("/");
}
