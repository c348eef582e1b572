/** What runs need for being cancelled, rolled back, delayed, and sent again with the same key. */
export const runs = ``;
