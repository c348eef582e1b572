import { hash } from "node:crypto";
import { Document, type DocumentInterface } from "@langchain/core/documents";
import type { ReadDocuments } from "./vector-index.ts";

/** What a vector search found, before its text is read. */
export interface Hit {
  id: string;
  score: number;
  metadata: Record<string, unknown>;
}

/** The documents of hits with their scores; without `readDocuments` they have id and metadata but no text. */
export async function foundDocuments(hits: Hit[], readDocuments?: ReadDocuments): Promise<[Document, number][]> {
  const read = new Map((await readDocuments?.(hits.map(({ id }) => id)))?.map((document) => [document.id, document]));
  return hits.flatMap(({ id, score, metadata }): [Document, number][] => {
    const document = readDocuments ? read.get(id) : new Document({ id, pageContent: "", metadata });
    return document ? [[document, score]] : [];
  });
}

/** The id to keep a document under: the one it comes with, else one that depends on what it says. */
export const idOf = (document: DocumentInterface, given?: string): string =>
  given ?? document.id ?? hash("sha256", JSON.stringify([document.pageContent, document.metadata])).slice(0, 32);
