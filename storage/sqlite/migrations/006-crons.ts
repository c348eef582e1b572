/** Crons: runs that start by a schedule. */
export const crons = ``;
