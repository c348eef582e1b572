/** How much is kept. */
export interface StorageSize {
  threads: number;
  runs: number;
  /** Of the file and its log. */
  bytes: number;
  /** Part of `bytes`: what deletions left free for later use. */
  free_bytes: number;
}

/** With the counts that take a look at every row. */
export interface WholeStorageSize extends StorageSize {
  checkpoints: number;
  events: number;
}
