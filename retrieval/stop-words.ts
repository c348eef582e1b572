const listOf = (words: string) => new Set(words.trim().split(/\s+/));

const stopWords = listOf(`
  a about above after again against all also am an and any are aren't as at be because been before being below between both
  but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from further had
  hadn't has hasn't have haven't having he her here hers herself him himself his how i i'm i've if in into is isn't it its
  itself just let's me more most my myself no nor not of off on once only or other our ours ourselves out over own same she
  should shouldn't so some such than that the their theirs them themselves then there these they this those through to too
  under until up very was wasn't we were weren't what when where which while who whom why will with won't would wouldn't
  you your yours yourself yourselves
`);

const chatter = listOf(`
  according anything ask bad describe describes details discuss discussed document documents does everything example examples
  explain far find get give good got happen happens hello help hi idea including info information kind know like list long look main
  many may mean means mention mentioned might much need often please provide provided put question questions regarding said say
  says show something specific take takes talk talks tell thanks thing understand use used using various want wanted
`);

/** Words too common to tell one text from another; the index leaves them out. */
export const isStopWord = (word: string): boolean => stopWords.has(word);

/** Words by which a question is put rather than what it is about. Documents are indexed with them all the same. */
export const isChatter = (word: string): boolean => chatter.has(word);
