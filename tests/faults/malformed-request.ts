import fc from "fast-check";

/** A request as it goes over the wire. */
export interface MalformedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

/** The paths of the LangGraph API and of Troupe; a server's own /openapi.json adds what is missing here. */
const knownRoutes = `
  GET /ok|GET /info|GET /metrics|GET /openapi.json|GET /docs|GET /
  POST /assistants|POST /assistants/search|POST /assistants/count|GET /assistants/:id|PATCH /assistants/:id|DELETE /assistants/:id
  GET /assistants/:id/graph|GET /assistants/:id/schemas|GET /assistants/:id/subgraphs|GET /assistants/:id/subgraphs/:name
  POST /assistants/:id/versions|POST /assistants/:id/latest
  POST /threads|POST /threads/search|POST /threads/count|POST /threads/prune|POST /threads/state/bulk|GET /threads/:id|PATCH /threads/:id
  DELETE /threads/:id|POST /threads/:id/copy|GET /threads/:id/state|POST /threads/:id/state|GET /threads/:id/state/:id
  POST /threads/:id/state/checkpoint|GET /threads/:id/history|POST /threads/:id/history|GET /threads/:id/stream
  POST /threads/:id/commands|POST /threads/:id/stream/events
  GET /threads/:id/runs|POST /threads/:id/runs|POST /threads/:id/runs/wait|POST /threads/:id/runs/stream|POST /threads/:id/runs/crons
  GET /threads/:id/runs/:id|DELETE /threads/:id/runs/:id|GET /threads/:id/runs/:id/join|GET /threads/:id/runs/:id/stream
  POST /threads/:id/runs/:id/cancel|POST /runs|POST /runs/wait|POST /runs/stream|POST /runs/batch|POST /runs/cancel|GET /runs/:id/stream
  POST /runs/crons|POST /runs/crons/search|POST /runs/crons/count|GET /runs/crons/:id|PATCH /runs/crons/:id|DELETE /runs/crons/:id
  PUT /store/items|GET /store/items|DELETE /store/items|POST /store/items/search|POST /store/namespaces
  GET /knowledge|POST /knowledge/ingest`
  .split(/[|\n]/)
  .map((line) => line.trim())
  .filter(Boolean);

/** All routes of a server, as `METHOD /path/:id`. */
export async function listRoutes(url: string): Promise<string[]> {
  const response = await fetch(`${url}/openapi.json`);
  if (response.status !== 200) return knownRoutes;
  const { paths } = (await response.json()) as { paths: Record<string, object> };
  const told = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{.*?\}/g, ":id")}`),
  );
  return [...new Set([...knownRoutes, ...told])];
}

const fields =
  `assistant_id graph_id thread_id run_id cron_id checkpoint_id ids input command config context metadata checkpoint
  stream_mode stream_subgraphs stream_resumable interrupt_before interrupt_after on_disconnect on_completion if_not_exists if_exists
  durability checkpoint_during multitask_strategy webhook after_seconds feedback_keys name description version values status limit
  offset sort_by sort_order select extract include ttl before filter as_node subgraphs strategy wait action cancel_on_disconnect
  namespace namespace_prefix key value query index refresh_ttl prefix suffix match_conditions max_depth schedule timezone
  end_time enabled on_run_completed supersteps updates goto update resume configurable tags recursion_limit checkpoint_ns xray
  recurse run_ids type keep`.split(/\s+/);

/** JSON values, parted by spaces. */
const parse = (texts: string): unknown[] =>
  texts
    .trim()
    .split(/\s+/)
    .map((text) => JSON.parse(text) as unknown);

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom<unknown>("\ud800", "💥".repeat(40), "x".repeat(5_000), 2 ** 53, 1e308),
  fc.constantFrom(
    ...parse(`null true "" "\\u0000" "__proto__" "../.." [] {} [[]] [null] -1 0.5 -1e308 -0 2147483648 "1e999" "NaN" "true" "*" "%" "$eq"
      "9999-99-99" "2026-02-30T99:99:99Z" "';--" {"$eq":{}} {"$contains":[]} {"$gt":null} {"$where":"1"} {"length":-1}
      {"constructor":{"prototype":1}} {"toJSON":1} {"lc":1,"type":"constructor","id":["x"],"kwargs":{}}`),
  ),
);

/** Values that are right for one field or another, so that a request gets behind the first check. */
const plausible = (ids: string[]) =>
  fc.oneof(
    fc.constantFrom(...ids, "echo", "trip", "no-such-graph"),
    fc.uuid(),
    fc.constantFrom(
      ...parse(`"values" "updates" "messages" "events" "debug" ["values","events"] "reject" "enqueue" "interrupt" "rollback" "create"
        "delete" "keep" "cancel" "continue" "raise" "do_nothing" "sync" "exit" "idle" "busy" "asc" "created_at" "metadata"
        ["thread_id","values"] ["a","b"] [["a"]] {"a":1} {"messages":[{"role":"user","content":"hi"}]} 0 1 10 1000 true false null
        {"configurable":{"thread_id":"x"}} {"recursion_limit":1e9} {"strategy":"delete","ttl":1} {"resume":1} {"goto":"x"}
        {"node":"answer","input":1} {"values":{"messages":"x"},"as_node":"answer"} "answer" "Europe/Berlin" "UTC"
        "http://127.0.0.1:9/hook" "2030-01-01T00:00:00Z" {"id":"echo"} [{"assistant_id":"echo"}]`),
      "0 0 1 1 *",
    ),
  );

/** A body that suits most routes: each takes what it knows of it. */
const suitable = {
  assistant_id: "echo",
  graph_id: "echo",
  input: { messages: [{ role: "user", content: "hi" }] },
  namespace: ["a"],
  key: "k",
  value: { a: 1 },
  schedule: "0 0 1 1 *",
  if_exists: "do_nothing",
  multitask_strategy: "enqueue",
};

const nested = fc
  .tuple(fc.constantFrom("[]", '{"a":', '[{"a":'), fc.integer({ min: 10, max: 20_000 }))
  .map(([open, depth]) => {
    if (open === "[]") return "[".repeat(depth) + "]".repeat(depth);
    return `${open.repeat(depth)}1${(open === '{"a":' ? "}" : "}]").repeat(depth)}`;
  });

const headers = fc.dictionary(
  fc.constantFrom(
    ..."content-type content-encoding last-event-id accept prefer idempotency-key x-auth-scheme".split(" "),
  ),
  fc.constantFrom(
    ..."application/json|application/json; charset=utf-16|application/json; charset=nonsense|text/plain|text/event-stream".split(
      "|",
    ),
    ...'multipart/form-data|gzip|br|deflate|identity, gzip|zstd|-1|0|1.5|langsmith|return=minimal|;|a/b;c="| '.split(
      "|",
    ),
    "9".repeat(40),
    "x".repeat(4_000),
    "charset=\u00e9",
  ),
  { maxKeys: 2 },
);

const seldom = <Value, Usual>(arbitrary: fc.Arbitrary<Value>, usual: Usual, weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, arbitrary);

/** Requests that are wrong in some way, or right by chance. `ids` are those of a thread, a run and an assistant that are there. */
export function malformedRequest(routes: string[], ids: string[]): fc.Arbitrary<MalformedRequest> {
  const value = fc.oneof({ weight: 2, arbitrary: plausible(ids) }, strange);
  const field = fc.constantFrom(...fields);
  const inner = fc.dictionary(field, value, { maxKeys: 3 });
  const object = fc.dictionary(field, fc.oneof({ weight: 3, arbitrary: value }, inner), { maxKeys: 4 });
  const changed = object.map((changes) => ({ ...suitable, ...changes }));
  const json = fc
    .oneof(
      { weight: 9, arbitrary: changed },
      { weight: 4, arbitrary: object },
      fc.array(changed, { maxLength: 3 }),
      strange,
    )
    .map((given) => JSON.stringify(given));
  const body = fc.oneof(
    { weight: 40, arbitrary: json.map((text) => Buffer.from(text)) },
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    json.map((text) => Buffer.from(text.slice(0, text.length / 2))),
    json.map((text) => Buffer.from(text, "utf16le")),
    nested.map((text) => Buffer.from(text)),
    fc.constantFrom(
      Buffer.from('{"__proto__":{"a":1},"assistant_id":"echo"}'),
      Buffer.from("\ufeff{}"),
      Buffer.from('{"a":"\xff"}', "latin1"),
    ),
  );
  const parameter = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...ids) },
    fc.uuid(),
    fc.string({ unit: "binary", maxLength: 8 }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom("%", "%ZZ", "%00", "%ff%fe", "..", "x".repeat(3_000), "echo", "[object+Object]", "__proto__", "-1"),
  );
  const pair = fc
    .tuple(fc.constantFrom(...fields, "__proto__", "a[b]", "limit[]"), value)
    .map(
      ([name, given]) =>
        `${name}=${encodeURIComponent((typeof given === "string" ? given : JSON.stringify(given)).toWellFormed())}`,
    );
  const query = fc.oneof(
    { weight: 4, arbitrary: fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.join("&")) },
    fc.constantFrom("%", "=&=&", "a=%ff", "limit=1&limit=2", "?".repeat(50), "&".repeat(2_000)),
  );
  const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE");
  return fc
    .record({
      route: fc.constantFrom(...routes),
      parameters: fc.array(parameter, { minLength: 3, maxLength: 3 }),
      query: seldom(query, "", 2),
      method: seldom(method, undefined, 12),
      headers: seldom(headers, {}, 8),
      body: fc.option(body, { freq: 12, nil: undefined }),
    })
    .map(({ route, parameters, query: search, method: other, headers: given, body: sent }) => {
      const [verb = "GET", template = "/"] = route.split(" ");
      const left = [...parameters];
      const path = template.replaceAll(/:\w+/g, () => left.pop() ?? "x");
      // node:http sends nothing else in a path or a header.
      const url = `${path}${search && `?${search}`}`.replaceAll(/[^\u0021-\u00ff]/g, "");
      const wanted = other ?? verb;
      return { method: wanted, path: url, headers: given, body: verb === "GET" && wanted === "GET" ? undefined : sent };
    });
}
