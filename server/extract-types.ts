import { createRequire } from "node:module";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { GraphSchema } from "@langchain/langgraph-sdk";
import type { ExportPlace } from "./import-export.ts";

/** A JSON schema. */
export type Schema = NonNullable<GraphSchema["state_schema"]>;

/** What the types of a graph say, and the files of the project that they are read from. */
export interface GraphTypes {
  state?: Schema;
  input?: Schema;
  output?: Schema;
  context?: Schema;
  files: string[];
}

/** The part of TypeScript's own API that is used here: TypeScript 7, which this is checked with, has none. */
interface Type {
  flags: number;
  value?: unknown;
  types?: Type[];
  symbol?: TypeSymbol;
  target?: Type;
  isUnion(): boolean;
  isIntersection(): boolean;
  isClassOrInterface(): boolean;
  getCallSignatures(): { getReturnType(): Type; parameters: TypeSymbol[] }[];
  getProperty(name: string): TypeSymbol | undefined;
  getStringIndexType(): Type | undefined;
}
interface TypeSymbol {
  name: string;
  flags: number;
  declarations?: { getSourceFile(): SourceFile }[];
  getDocumentationComment(checker: Checker): { text: string }[];
}
interface SourceFile {
  fileName: string;
}
interface Checker {
  getSymbolAtLocation(node: SourceFile): TypeSymbol | undefined;
  getExportsOfModule(symbol: TypeSymbol): TypeSymbol[];
  getAliasedSymbol(symbol: TypeSymbol): TypeSymbol;
  getTypeOfSymbol(symbol: TypeSymbol): Type;
  getAwaitedType(type: Type): Type | undefined;
  getNonNullableType(type: Type): Type;
  getPropertiesOfType(type: Type): TypeSymbol[];
  getTypeArguments(type: Type): Type[];
  getBaseTypes(type: Type): Type[];
  isArrayType(type: Type): boolean;
  isTupleType(type: Type): boolean;
}
interface TypeScript {
  version: string;
  sys: { fileExists(path: string): boolean; readFile(path: string): string | undefined };
  TypeFlags: Record<string, number>;
  SymbolFlags: Record<string, number>;
  findConfigFile(folder: string, exists: (path: string) => boolean): string | undefined;
  readConfigFile(path: string, read: (path: string) => string | undefined): { config?: unknown };
  parseJsonConfigFileContent(config: unknown, host: unknown, folder: string): { options: object };
  createProgram(files: string[], options: object): Program;
}
interface Program {
  getTypeChecker(): Checker;
  getSourceFile(path: string): SourceFile | undefined;
  getSourceFiles(): SourceFile[];
  isSourceFileDefaultLibrary(file: SourceFile): boolean;
  isSourceFileFromExternalLibrary(file: SourceFile): boolean;
}

/** How deep types are followed: some unfold without end. */
const deepest = 8;

/** The JSON schemas of a graph whose state is an Annotation, from its TypeScript types; `undefined` without TypeScript 5 or 6. */
function extractTypes({ file, name }: ExportPlace): GraphTypes | undefined {
  const ts = findTypeScript(file);
  if (!ts) return undefined;
  const program = ts.createProgram([file], readOptions(ts, dirname(file)));
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const found = module && checker.getExportsOfModule(module).find((symbol) => symbol.name === name);
  if (!found) return undefined;
  const symbol = found.flags & ts.SymbolFlags.Alias! ? checker.getAliasedSymbol(found) : found;
  const graph = findGraph(checker, checker.getTypeOfSymbol(symbol));
  const toSchema = createConverter(ts, program, checker);
  const schemaOf = (type: Type | undefined) => {
    const schema = type && toSchema(type);
    return schema && Object.keys((schema.properties as object | undefined) ?? {}).length > 0 ? schema : undefined;
  };
  const propertyOf = (type: Type | undefined, property: string) => {
    const known = type?.getProperty(property);
    return known && checker.getTypeOfSymbol(known);
  };
  const state = schemaOf(propertyOf(graph, "~RunOutput"));
  const options = propertyOf(graph, "invoke")?.getCallSignatures()[0]?.parameters[1];
  const context = options && propertyOf(checker.getNonNullableType(checker.getTypeOfSymbol(options)), "context");
  return {
    // A graph may be in a state that lacks channels.
    state: state && { ...state, required: undefined },
    input: schemaOf(propertyOf(graph, "~InputType")),
    output: schemaOf(propertyOf(graph, "~OutputType")),
    context: schemaOf(context && checker.getNonNullableType(context)),
    files: program
      .getSourceFiles()
      .filter((held) => !program.isSourceFileDefaultLibrary(held) && !program.isSourceFileFromExternalLibrary(held))
      .map(({ fileName }) => fileName)
      .filter((path) => !path.includes("/node_modules/")),
  };
}

/** The compiler that the project itself has. */
function findTypeScript(file: string): TypeScript | undefined {
  try {
    const ts = createRequire(file)("typescript") as TypeScript;
    const [major] = ts.version.split(".");
    return ["5", "6"].includes(major!) ? ts : undefined;
  } catch {
    return undefined;
  }
}

function readOptions(ts: TypeScript, folder: string): object {
  const fallback = { target: 99, module: 199, moduleResolution: 99, strict: true };
  const path = ts.findConfigFile(folder, (file) => ts.sys.fileExists(file));
  const { config } = path === undefined ? {} : ts.readConfigFile(path, (file) => ts.sys.readFile(file));
  const options = path && config ? ts.parseJsonConfigFileContent(config, ts.sys, dirname(path)).options : fallback;
  return { ...options, noEmit: true, strict: true, skipLibCheck: true, composite: false, incremental: false };
}

/** The compiled graph behind an export: itself, what a function or a promise gives, a builder's, or an agent's. */
function findGraph(checker: Checker, type: Type): Type | undefined {
  const isGraph = (candidate: Type | undefined) => candidate?.getProperty("~OutputType") !== undefined;
  const made = type.getCallSignatures()[0]?.getReturnType() ?? type;
  const loaded = checker.getAwaitedType(made) ?? made;
  const compile = loaded.getProperty("compile");
  const inner = loaded.getProperty("graph");
  const candidates = [
    inner && checker.getTypeOfSymbol(inner),
    loaded,
    compile && checker.getTypeOfSymbol(compile).getCallSignatures()[0]?.getReturnType(),
  ];
  return candidates.find(isGraph);
}

function createConverter(ts: TypeScript, program: Program, checker: Checker): (type: Type) => Schema {
  const is = (type: Type, ...names: string[]) => names.some((name) => (type.flags & ts.TypeFlags[name]!) !== 0);
  const isMessage = (type: Type): boolean =>
    type.symbol?.name === "BaseMessage" ||
    ((type.target?.isClassOrInterface() ?? type.isClassOrInterface()) &&
      checker.getBaseTypes(type.target ?? type).some(isMessage));
  const membersOf = (type: Type): Type[] => (type.isUnion() ? type.types! : [type]);
  const isMessages = (type: Type) =>
    checker.isArrayType(type) && membersOf(checker.getTypeArguments(type)[0]!).some(isMessage);
  const isBuiltIn = (type: Type) =>
    (type.target ?? type).isClassOrInterface() &&
    type.symbol?.declarations?.some((declaration) => program.isSourceFileDefaultLibrary(declaration.getSourceFile()));

  function convert(type: Type, path: Type[]): Schema {
    if (is(type, "Any", "Unknown", "Never") || path.length > deepest || path.includes(type)) return {};
    if (type.isUnion()) return convertUnion(type.types!, [...path, type]);
    if (is(type, "StringLiteral", "NumberLiteral")) return { const: type.value } as Schema;
    if (is(type, "BooleanLike")) return { type: "boolean" };
    if (is(type, "StringLike")) return { type: "string" };
    if (is(type, "NumberLike")) return { type: "number" };
    if (is(type, "Null")) return { type: "null" };
    if (type.isIntersection()) {
      const primitive = type.types!.find((part) => is(part, "StringLike", "NumberLike", "BooleanLike"));
      if (primitive) return convert(primitive, path);
    }
    if (isMessages(type)) return messages;
    if (isMessage(type)) return { type: "object" };
    const items = () => checker.getTypeArguments(type).map((item) => convert(item, [...path, type]));
    if (checker.isTupleType(type)) {
      const held = items();
      return { type: "array", items: held, minItems: held.length, maxItems: held.length };
    }
    if (checker.isArrayType(type)) return { type: "array", items: items()[0] };
    if (type.symbol?.name === "Date") return { type: "string", format: "date-time" };
    if (isBuiltIn(type) || type.getCallSignatures().length > 0) return {};
    return is(type, "Object", "Intersection") ? convertObject(type, [...path, type]) : {};
  }

  function convertUnion(types: Type[], path: Type[]): Schema {
    if (types.some(isMessages)) return messages;
    const kept = types.filter((type) => !is(type, "Undefined", "Void") && !type.getProperty("__overwrite__"));
    const schemas = kept.map((type) => convert(type, path));
    const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
    if (distinct.length === 1) return distinct[0]!;
    const values = distinct.flatMap(({ const: value }) => (value === undefined ? [] : [value]));
    if (values.length < distinct.length) return { anyOf: distinct };
    return { ...(values.every((value) => typeof value === "string") && { type: "string" }), enum: values };
  }

  function convertObject(type: Type, path: Type[]): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const symbol of checker.getPropertiesOfType(type)) {
      const held = checker.getTypeOfSymbol(symbol);
      if (symbol.name.startsWith("__@") || held.getCallSignatures().length > 0) continue;
      const description = symbol
        .getDocumentationComment(checker)
        .map(({ text }) => text)
        .join("");
      properties[symbol.name] = { ...convert(held, path), ...(description && { description }) };
      if (!(symbol.flags & ts.SymbolFlags.Optional!)) required.push(symbol.name);
    }
    const rest = type.getStringIndexType();
    return {
      type: "object",
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(rest && !is(rest, "Any", "Unknown") && { additionalProperties: convert(rest, path) }),
    };
  }

  return (type) => convert(type, []);
}

const messages = { type: "array", items: { type: "object" }, langgraph_type: "messages" } as Schema;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has none
parentPort?.postMessage(extractTypes(workerData as ExportPlace));
