/** The tables of `knowledge.db`, in the order in which they came to be; only ever added to. */
export const knowledgeMigrations = [
  `
  CREATE TABLE knowledge (knowledge_id TEXT NOT NULL) STRICT;
  INSERT INTO knowledge VALUES (lower(hex(randomblob(8))));

  CREATE TABLE documents (
    document_number INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    words TEXT NOT NULL -- JSON: word to how often, to take them out of the table of words again
  ) STRICT;

  CREATE TABLE chunks (
    chunk_number INTEGER PRIMARY KEY,
    chunk_id TEXT NOT NULL UNIQUE,
    document_number INTEGER NOT NULL REFERENCES documents,
    length INTEGER NOT NULL,
    line_start INTEGER NOT NULL,
    line_end INTEGER NOT NULL,
    page INTEGER,
    embedding_hash TEXT NOT NULL,
    heading_path TEXT NOT NULL, -- JSON
    text TEXT NOT NULL,
    terms TEXT NOT NULL -- JSON: term to how often, to take them out of the postings again
  ) STRICT;
  CREATE INDEX chunks_by_document ON chunks (document_number);
  CREATE INDEX chunks_by_length ON chunks (length);
  CREATE INDEX chunks_by_embedding_hash ON chunks (embedding_hash);

  -- The length of the chunk is repeated here so that ranking reads this table alone.
  CREATE TABLE postings (
    term TEXT NOT NULL,
    chunk_number INTEGER NOT NULL,
    count INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (term, chunk_number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE words (
    word TEXT NOT NULL,
    length INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (length, word)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE embeddings (
    model TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (model, dimensions, content_hash)
  ) STRICT;

  CREATE TABLE vectors (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    vector BLOB NOT NULL,
    metadata TEXT NOT NULL,
    PRIMARY KEY (collection, id)
  ) STRICT;
  `,
] as const;
