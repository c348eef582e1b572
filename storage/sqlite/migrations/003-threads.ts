/** What threads need for search, configuration and their end of life. */
export const threads = ``;
