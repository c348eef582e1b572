import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { TestModule } from "vitest/node";
import type { SuiteResult } from "../results/eval-run.ts";
import { writeSuite } from "../results/run-folder.ts";
import { placeInStack } from "../suite/place-in-stack.ts";

/** An error as vitest hands it over from a worker. */
interface WorkerError {
  message: string;
  stack?: string;
  /** `Unhandled Rejection`, … */
  type?: string;
  cause?: Error;
  stacks?: { file: string; line: number; column: number }[];
}

/** Keeps what broke outside of suites as a suite of the file's name: a file that cannot be loaded, a rejection that nobody handled, a process that ended. */
export async function keepBrokenFiles(folder: string, modules: TestModule[], unhandled: unknown[]): Promise<void> {
  const broken = new Map<string, SuiteResult["error"] & {}>();
  const add = (file: string | undefined, error: WorkerError) => {
    const name = file === undefined ? "outside of the suites" : relative(process.cwd(), file);
    const { message, hint, stack } = describe(error);
    const known = broken.get(name);
    if (known?.message.includes(message)) return;
    broken.set(name, known ? { ...known, message: `${known.message}\n${message}` } : { message, hint, stack });
  };
  for (const module of modules) for (const error of module.errors()) add(module.moduleId, error as WorkerError);
  for (const error of unhandled as WorkerError[]) {
    const text = `${error.stack} ${error.cause?.message}`;
    add(modules.find(({ moduleId }) => text.includes(moduleId))?.moduleId, error);
  }
  const now = new Date().toISOString();
  for (const [name, error] of broken) {
    const nothing = { subject: "", repeat: 1, threshold: {}, scorers: [], planned: 0 };
    await writeSuite(folder, { name, file: name, ...nothing, started_at: now, ended_at: now, error });
  }
}

function describe({ message, type, cause, stack, stacks }: WorkerError): SuiteResult["error"] & {} {
  if (message.startsWith("No test suite found")) {
    return { message: "It defines no suite.", hint: "Call defineSuite of troupe/evals in it, or name it otherwise." };
  }
  const lines = stripVTControlCharacters(cause?.message ?? message).split("\n");
  // Below its third line a syntax error is a drawing of the code.
  const text = lines
    .filter((line) => /\w/.test(line))
    .slice(0, 3)
    .join(" ")
    .replace(/\s*╭─\[ (.*) \]/, " ($1)");
  const own = stacks?.find(({ file }) => file.startsWith(process.cwd()) && !file.includes("/node_modules/"));
  const at = own ? `${relative(process.cwd(), own.file)}:${own.line}:${own.column}` : placeInStack(stack);
  const place = at ? ` (${at})` : "";
  const kind = type?.startsWith("Unhandled ") && !cause ? `${type}: ` : "";
  return { message: `${kind}${text}${place}`, stack: stack && stripVTControlCharacters(stack) };
}
