import {
  BaseStore,
  type GetOperation,
  type Item,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchItem,
  type SearchOperation,
  validateNamespace,
} from "@langchain/langgraph-checkpoint";
import { TroupeError } from "../../errors.ts";
import type { ItemQuery, ItemStore, PutOptions, StoreSettings } from "../port/store.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { toBytes } from "./embeddings.ts";
import { refuseDeep } from "./escape-plain.ts";
import {
  deleteItem,
  findItem,
  listPlaces,
  refreshItems,
  searchItems,
  separator,
  type StoredItem,
  writeItem,
} from "./items.ts";
import { textsAt } from "./texts-at.ts";

type Put = PutOperation & PutOptions;
type Get = GetOperation & { refresh_ttl?: boolean };
type Search = SearchOperation & ItemQuery;

/** A text of an item's value, with the path that it was found at. */
interface Text {
  path: string;
  text: string;
}

/**
 * LangGraph's store in SQLite. A batch is one transaction: its reads see what was there before it, and of several puts
 * of one key the last one counts.
 */
export class SqliteStore extends BaseStore implements ItemStore {
  readonly #database: Database;
  readonly #commit: Commit;
  readonly #settings: StoreSettings;

  constructor(database: Database, commit: Commit, settings: StoreSettings = {}) {
    super();
    this.#database = database;
    this.#commit = commit;
    this.#settings = settings;
  }

  override async batch<Operations extends Operation[]>(operations: Operations): Promise<OperationResults<Operations>> {
    for (const operation of operations) checkOperation(operation);
    const vectors = await this.#embedValues(operations.filter(isPut));
    const queries = await this.#embedQueries(operations.filter(isSearch));
    const answers = await this.#commit(() => {
      const read = operations.map((operation) => (isPut(operation) ? undefined : this.#read(operation, queries)));
      for (const operation of operations) if (isPut(operation)) this.#put(operation, vectors);
      return read;
    });
    if (operations.some((operation) => isPut(operation) && operation.value === null)) this.#database.truncateLog();
    return answers as OperationResults<Operations>;
  }

  async putItem(namespace: string[], key: string, value: Record<string, unknown>, options: PutOptions): Promise<void> {
    validateNamespace(namespace);
    await this.batch([{ namespace, key, value, ...options }]);
  }

  async getItem(namespace: string[], key: string, options: { refresh_ttl?: boolean }): Promise<Item | null> {
    const [item] = await this.batch([{ namespace, key, ...options }]);
    return item ?? null;
  }

  async searchItems(namespacePrefix: string[], query: ItemQuery): Promise<SearchItem[]> {
    const [items] = await this.batch([{ namespacePrefix, ...query }]);
    return items ?? [];
  }

  async sweep(): Promise<number> {
    const swept = await this.#commit(() =>
      this.#database.prepare("DELETE FROM items WHERE expires_at <= ?").run(Date.now()),
    );
    if (swept > 0) this.#database.truncateLog();
    return swept;
  }

  #read(operation: Exclude<Operation, PutOperation>, queries: ReadonlyMap<string, Float32Array>): unknown {
    if ("matchConditions" in operation || "maxDepth" in operation) return listNamespaces(this.#database, operation);
    const { refresh_on_read = true } = this.#settings.ttl ?? {};
    if (isSearch(operation)) {
      const found = searchItems(this.#database, operation, queries.get(operation.query ?? ""));
      if (operation.refresh_ttl ?? refresh_on_read) refreshItems(this.#database, found);
      return found.map(withoutRow);
    }
    const { namespace, key, refresh_ttl } = operation as Get;
    const found = findItem(this.#database, namespace, key);
    if (!found) return null;
    if (refresh_ttl ?? refresh_on_read) refreshItems(this.#database, [found]);
    return withoutRow(found);
  }

  #put(operation: Put, vectors: ReadonlyMap<string, Float32Array>): void {
    const { namespace, key, value } = operation;
    if (value === null) return deleteItem(this.#database, namespace, key);
    const ttl = operation.ttl === undefined ? (this.#settings.ttl?.default_ttl ?? null) : operation.ttl;
    const texts = this.#textsOf(operation);
    writeItem(this.#database, {
      namespace,
      key,
      value,
      ttl,
      vectors: texts.map(({ path, text }) => ({ path, bytes: toBytes(vectors.get(text)!) })),
    });
  }

  async #embedValues(puts: readonly Put[]): Promise<Map<string, Float32Array>> {
    const texts = [...new Set(puts.flatMap((put) => this.#textsOf(put)).map(({ text }) => text))];
    if (texts.length === 0) return new Map();
    const embedded = await this.#settings.index!.embeddings.embedDocuments(texts);
    return new Map(texts.map((text, index) => [text, Float32Array.from(embedded[index]!)]));
  }

  async #embedQueries(searches: readonly Search[]): Promise<Map<string, Float32Array>> {
    const { index } = this.#settings;
    const queries = new Set(searches.flatMap(({ query }) => (index && query ? [query] : [])));
    const embedded = [...queries].map(async (query): Promise<[string, Float32Array]> => [
      query,
      Float32Array.from(await index!.embeddings.embedQuery(query)),
    ]);
    return new Map(await Promise.all(embedded));
  }

  #textsOf({ value, index }: Put): Text[] {
    const { index: settings } = this.#settings;
    if (!settings || value === null || index === false) return [];
    return (index ?? settings.fields ?? ["$"]).flatMap((path) => {
      const found = textsAt(value, path);
      return found.map((text, place) => ({ path: found.length > 1 ? `${path}.${place}` : path, text }));
    });
  }
}

function listNamespaces(database: Database, operation: ListNamespacesOperation): string[][] {
  const { matchConditions = [], maxDepth, limit, offset } = operation;
  const matches = (labels: readonly string[]) =>
    matchConditions.every(({ matchType, path }) => {
      const first = matchType === "prefix" ? 0 : labels.length - path.length;
      return (
        first >= 0 &&
        path.every((label, index) => index < labels.length && (label === "*" || label === labels[first + index]))
      );
    });
  const places = listPlaces(database)
    .map((place) => place.split(separator))
    .filter(matches)
    .map((labels) => labels.slice(0, maxDepth).join(separator));
  const unique = [...new Set(places)].toSorted();
  return unique.slice(offset, offset + limit).map((place) => place.split(separator));
}

function withoutRow(stored: StoredItem): SearchItem {
  const { number: _, ttl: __, ...item } = stored;
  return item;
}

/** Throws what `put` and `get` throw: a batch comes by no other door. */
function checkOperation(operation: Operation): void {
  if (isSearch(operation)) validateNamespace(operation.namespacePrefix, { allowEmpty: true, allowReservedRoot: true });
  if (!("namespace" in operation)) return;
  const writes = isPut(operation) && operation.value !== null;
  validateNamespace(operation.namespace, { allowEmpty: !writes, allowReservedRoot: true });
  if (!writes) return;
  if (typeof operation.value !== "object" || Array.isArray(operation.value)) {
    throw new TroupeError("invalid_request", `The value of the item "${operation.key}" is no object.`, {
      hint: "Put it in one, such as { value }.",
    });
  }
  refuseDeep(operation.value);
}

const isPut = (operation: Operation): operation is Put => "value" in operation;
const isSearch = (operation: Operation): operation is Search => "namespacePrefix" in operation;
