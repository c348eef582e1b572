/** The store: what graphs keep between threads. */
export const store = ``;
