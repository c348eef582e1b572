/** Side effects that happened once. */
export const effects = ``;
