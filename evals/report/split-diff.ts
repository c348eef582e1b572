/**
 * A reason as what it says, in one line, and the lines of the diff that it shows, such as that of a call that no cassette has: what
 * changed is only seen with its line breaks.
 */
export function splitDiff(reason: string): { said: string; diff: string[] } {
  const lines = reason.split("\n");
  const begin = lines.findIndex((line, index) => /^[-+ ]/.test(line) && lines[index - 1]?.endsWith(":"));
  const length = begin < 0 ? 0 : lines.slice(begin).findIndex((line) => !/^[-+ ]/.test(line));
  const diff = lines.splice(Math.max(0, begin), length < 0 ? lines.length : length);
  return { said: lines.join(" ").replaceAll(/\s+/g, " ").trim(), diff };
}
