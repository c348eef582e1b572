const pair =
  /"(?<name>(?:[^"\\]|\\.)+)"\s*:\s*(?<value>"(?:[^"\\]|\\.)*"|\[[^[\]{}]*[^\s,[\]{}][^[\]{}]*\]|[^\s,{}[\]"]+)/g;

/** Whether a text is JSON or a piece out of the middle of it. */
export const isJson = (text: string): boolean => /^\s*[[{"}\]]/.test(text) && (text.match(pair)?.length ?? 0) > 1;

/** The innermost objects of JSON, each written as `name: value; name: value`, and what stands outside of them as one more. */
export function readRecords(text: string): string[] {
  const innermost = text.match(/\{[^{}]*\}/g) ?? [];
  const outside = innermost.reduce((rest, object) => rest.replace(object, ""), text);
  return [...innermost, outside].map(writeRecord).filter(Boolean);
}

const writeRecord = (object: string): string =>
  [...object.matchAll(pair)]
    .map(
      ({ groups: { name = "", value = "" } = {} }) =>
        `${name}: ${value.replace(/^"|"$/g, "").replace(/\\"/g, '"').replace(/\s+/g, " ")}`,
    )
    .join("; ");
