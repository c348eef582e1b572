import { existsSync, readFileSync } from "node:fs";
import { createRequire, findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { BaseRetriever } from "@langchain/core/retrievers";
import { StructuredTool } from "@langchain/core/tools";
import { callScopes } from "./call-interceptor.ts";
import { isStandIn, type StandInMaker, standInForModel, standInForRetriever, standInForTool } from "./stand-in.ts";

const modules = {
  BaseChatModel: "language_models/chat_models",
  StructuredTool: "tools",
  BaseRetriever: "retrievers",
};

type Classes = Record<keyof typeof modules, { prototype: object }>;

const patched = new WeakSet<object>();

/**
 * Makes calls within a scope go through a stand-in that asks the scope's interceptors; calls outside of one are as
 * before. Patches our copy of `@langchain/core` and that of the project in the working directory, each once.
 */
export async function patchLangChain(): Promise<void> {
  patch({ BaseChatModel, StructuredTool, BaseRetriever });
  const own = findPackageJSON("@langchain/core", import.meta.url)!;
  patchRequired(own, false);
  const project = join(process.cwd(), "package.json");
  const core = findCore(project);
  if (!core) return;
  if (core !== own) {
    const { exports } = readJson(core) as { exports: Record<string, { import: { default: string } }> };
    const paths = Object.values(modules).map((name) => join(dirname(core), exports[`./${name}`]!.import.default));
    const loaded = await Promise.all(paths.map((path) => import(pathToFileURL(path).href) as Promise<object>));
    patch(Object.assign({}, ...loaded) as Classes);
  }
  const isModule = existsSync(project) && (readJson(project) as { type?: string }).type === "module";
  patchRequired(core, !isModule);
}

/** The CommonJS build has classes of its own; it loads slowly, so that it is patched only where it is loaded or will be. */
function patchRequired(core: string, load: boolean): void {
  const require = createRequire(core);
  const required = Object.entries(modules).flatMap(([name, path]) => {
    const specifier = `@langchain/core/${path}`;
    const isLoaded = require.cache[require.resolve(specifier)] !== undefined;
    return load || isLoaded ? [[name, (require(specifier) as Classes)[name as keyof Classes]]] : [];
  });
  patch(Object.fromEntries(required) as Partial<Classes>);
}

function findCore(project: string): string | undefined {
  try {
    return findPackageJSON("@langchain/core", pathToFileURL(project));
  } catch {
    return undefined;
  }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

function patch(classes: Partial<Classes>): void {
  patchMethod(classes.BaseChatModel, ["generate", "_streamIterator", "streamEvents"], standInForModel);
  patchMethod(classes.StructuredTool, ["call"], standInForTool);
  patchMethod(classes.BaseRetriever, ["invoke"], standInForRetriever);
}

type Method = (this: object, ...parameters: unknown[]) => unknown;

function patchMethod(base: { prototype: object } | undefined, names: string[], makeStandIn: StandInMaker): void {
  if (!base || patched.has(base)) return;
  patched.add(base);
  const prototype = base.prototype as Record<string, Method>;
  for (const name of names) {
    const original = prototype[name]!;
    prototype[name] = function intercepted(...parameters) {
      const scope = callScopes.getStore();
      if (!scope || isStandIn(this)) return original.apply(this, parameters);
      return original.apply(makeStandIn(this, scope, prototype, parameters), parameters);
    };
  }
}
