import { relative, resolve, sep } from "node:path";

const everyRoom = ["storage", "models", "retrieval", "tools", "prompts", "memory", "nodes", "graphs", "state"];

/** The arrows of the blueprint: what each room may import besides itself, `errors.ts` and `config.ts`. */
const arrows: Record<string, string[]> = {
  state: [],
  storage: [],
  models: ["storage"],
  retrieval: ["models", "storage"],
  tools: ["retrieval", "models", "storage"],
  prompts: ["retrieval", "models", "storage"],
  memory: ["retrieval", "models", "storage"],
  nodes: ["state", "tools", "prompts", "memory", "retrieval", "models", "storage"],
  graphs: everyRoom,
  server: ["retrieval", "models", "storage"],
  cli: ["evals", "server", "retrieval", "models", "storage"],
  testing: ["server", "models", "storage"],
  evals: ["testing", "server", ...everyRoom],
};

/** Rooms that may import anything, and that nothing imports; so may the project's own suites in `evals/suites/`. */
const leaves = ["tests", "examples", "bench"];

/** The only room that may import a package, since replacing it must stay a change of one folder. */
const packageRooms: Record<string, string> = {
  "node:sqlite": "storage",
  chromadb: "retrieval",
  "@langchain/openai": "models",
  "@langchain/anthropic": "models",
  express: "server",
  commander: "cli",
};

/**
 * Says why a file may not import a specifier, or undefined when it may. Paths are absolute.
 * A test file is free; every other file follows the arrows, with static and dynamic imports alike.
 */
export function arrowProblem(file: string, specifier: string, root: string): string | undefined {
  const room = roomOf(file, root);
  if (leaves.includes(room) || /\.(test|eval|config)\.ts$/.test(file)) return;
  if (!specifier.startsWith(".")) {
    const owner = packageRooms[specifier];
    if (owner && owner !== room) return `"${specifier}" is imported in ${owner}/ only.`;
    return /^troupe(\/|$)/.test(specifier) ? "The project imports itself by relative paths." : undefined;
  }
  const target = resolve(file, "..", specifier);
  const targetRoom = roomOf(target, root);
  if (room === "" || room === targetRoom) return;
  if (targetRoom === "") {
    if (/\/(errors|config)\.ts$|\/package\.json$/.test(target)) return;
    return "Of the root, only errors.ts, config.ts and package.json are imported.";
  }
  const allowed = arrows[room] ?? [];
  if (allowed.includes(targetRoom)) return;
  return `${room}/ may not import from ${targetRoom}/, only from ${allowed.join(", ") || "itself"}.`;
}

/** The folder at the root that holds a file; empty for a file of the root itself. */
function roomOf(file: string, root: string): string {
  const [first = "", ...rest] = relative(root, file).split(sep);
  return rest.length > 0 ? first : "";
}

type Source = { source?: { value?: unknown } | null };

/** The oxlint plugin `house`, whose rule `import-arrows` holds the direction of imports. */
export default {
  meta: { name: "house" },
  rules: {
    "import-arrows": {
      create(context: { filename: string; cwd: string; report(problem: { message: string; node: Source }): void }) {
        const check = (node: Source) => {
          if (typeof node.source?.value !== "string") return;
          const message = arrowProblem(context.filename, node.source.value, context.cwd);
          if (message) context.report({ message, node });
        };
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression: check,
        };
      },
    },
  },
};
