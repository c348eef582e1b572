/** Earlier versions of assistants. */
export const assistants = ``;
