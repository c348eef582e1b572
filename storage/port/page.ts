/** One page of a search. */
export interface Page<Row> {
  rows: Row[];
  /** How many rows match without `limit` and `offset`. */
  total: number;
}

/** Stops a listener. */
export type Unsubscribe = () => void;
