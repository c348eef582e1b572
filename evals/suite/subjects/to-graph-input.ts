/** What a graph is given for an input: a text is the user's message, everything else is the input itself. */
export const toGraphInput = (input: unknown): unknown =>
  typeof input === "string" ? { messages: [{ role: "user", content: input }] } : input;
