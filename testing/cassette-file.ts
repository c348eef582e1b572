import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { TroupeError } from "../errors.ts";
import type { CallSpan } from "../storage/storage.ts";

const Message = z.looseObject({ content: z.union([z.string(), z.array(z.unknown())]) });
const Document = z.looseObject({ pageContent: z.string(), metadata: z.looseObject({}) });
const Call = z.looseObject({
  name: z.string(),
  error: z.looseObject({ error: z.string(), message: z.string() }).nullable(),
  interrupts: z.array(z.unknown()).optional(),
});

/** What a replay reads: people edit cassettes. */
const Cassette = z.object({
  version: z.literal(1),
  spans: z.array(
    z.discriminatedUnion("kind", [
      Call.extend({
        kind: z.literal("model"),
        request: z.looseObject({ messages: z.array(Message) }),
        response: z.looseObject({ message: Message }).nullable(),
      }),
      Call.extend({
        kind: z.literal("tool"),
        request: z.looseObject({}),
        response: z.looseObject({}).nullable(),
      }),
      Call.extend({
        kind: z.literal("retriever"),
        request: z.looseObject({ query: z.string() }),
        response: z.looseObject({ documents: z.array(Document) }).nullable(),
      }),
    ]),
  ),
});

/** Reads the recorded calls of a cassette. Throws `cassette_invalid`, also where there is no such file. */
export async function readCassette(path: string): Promise<CallSpan[]> {
  try {
    const { spans } = Cassette.parse(JSON.parse(await readFile(path, "utf8")));
    return spans as unknown as CallSpan[];
  } catch (cause) {
    const message = existsSync(path) ? `The cassette "${path}" cannot be read.` : `There is no cassette "${path}".`;
    const reason = cause instanceof z.ZodError ? `${z.prettifyError(cause)} ` : "";
    throw new TroupeError("cassette_invalid", message, {
      hint: `${reason}Record it again: recordCassette, withCassette or "troupe eval capture".`,
      cause,
    });
  }
}

/**
 * Writes recorded calls as a cassette, whole or not at all. They are ordered by the step and the node of their graph,
 * with short ids, so that a new recording of the same work differs as little as may be. `about` says where they are from.
 */
export async function writeCassette(path: string, spans: readonly CallSpan[], about: object = {}): Promise<void> {
  const sorted = spans.toSorted((a, b) => (a.step ?? 0) - (b.step ?? 0) || (a.node ?? "").localeCompare(b.node ?? ""));
  const ids = new Map(sorted.map(({ span_id }, place) => [span_id, String(place + 1)]));
  const numbered = sorted.map((span) => ({
    ...span,
    span_id: ids.get(span.span_id),
    parent_id: ids.get(span.parent_id ?? "") ?? null,
  }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify({ version: 1, ...about, spans: numbered }, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
