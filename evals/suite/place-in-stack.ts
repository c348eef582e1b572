import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** `src/desk.ts:49:63`: where of the project's own code an error came from, by its stack; undefined where none of it is in there. */
export function placeInStack(stack = ""): string | undefined {
  for (const [, file = "", place] of stack.matchAll(frame)) {
    const path = relative(process.cwd(), file.startsWith("file:") ? fileURLToPath(file) : file);
    const isOwn = !path.startsWith("..") && !path.split(sep).includes("node_modules");
    if (isOwn) return `${path}:${place}`;
  }
  return undefined;
}

const frame = /^ +at .*?((?:file:\/\/|\/|[A-Z]:\\).*?):(\d+:\d+)\)?$/gm;
