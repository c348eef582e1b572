const greeting = "hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|welcome";
const thanks = "thanks?(?: you)?(?: (?:so|very) much| a lot)?|great|perfect|ok(?:ay)?|cool|nice|got it|well done";
const farewell = "bye|goodbye|see you(?: (?:soon|later))?|good night";
const aboutUs =
  "how are you|who are you|what are you|what(?:'s| is) your name|what can you do|what do you do|(?:can you )?help(?: me)?";
const pattern = new RegExp(
  `^(?:(?:${greeting}|${thanks}|${farewell}|${aboutUs}|there|all|for (?:that|your help|the help))\\b[\\s,.!?]*)+$`,
  "i",
);

/** Whether a message is a greeting, thanks, a goodbye or a question about the assistant, and nothing else. */
export const isSmallTalk = (text: string): boolean => pattern.test(text.trim());
