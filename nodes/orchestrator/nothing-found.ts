/** The problem of a finding whose question the documents do not touch; unlike any other it is an answer by itself. */
export const nothingFound = "Nothing about this is in the documents.";
