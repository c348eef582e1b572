/** A request as text, in the run that makes it: when that began and when it was asked, in milliseconds since 1970. */
export interface PlacedRequest {
  text: string;
  began: number;
  asked: number;
}

/**
 * Says how a request differs from a recorded one only as each run differs from the last: by times and days of the run itself, and by its
 * own ids (`ids`: its thread's and its run's), each in the place of one UUID. Answers which recorded id stands for which, those
 * `known` so far included; undefined where more differs, since a call about another order or day is another call.
 */
export function alignRequests(
  made: PlacedRequest & { ids: readonly unknown[] },
  recorded: PlacedRequest,
  known: ReadonlyMap<string, string>,
): Map<string, string> | undefined {
  const [parts, others] = [made.text.split(changing), recorded.text.split(changing)];
  if (parts.length !== others.length) return undefined;
  const twins = new Map(known);
  const isTwin = (id: string, other: string) => {
    if (!made.ids.includes(id) || !uuid.test(other)) return false;
    const free = !twins.has(id) && ![...twins.values()].includes(other);
    if (free) twins.set(id, other);
    return twins.get(id) === other;
  };
  const aligned = parts.every((part, place) => {
    const other = others[place]!;
    return part === other || (isOwnTime(part, made) && isOwnTime(other, recorded)) || isTwin(part, other);
  });
  return aligned ? twins : undefined;
}

const clock = /\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AP]M)?(?: ?(?:Z|(?:GMT|UTC)?[+-]\d\d:?\d\d|GMT|UTC))?/;
const month = /(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*/;
/** As `toISOString`, `toString`, `toLocaleString` and people write a day, with or without the time. */
const day = [/\d{4}-\d\d-\d\d/, /\d{1,2}\/\d{1,2}\/\d{4}/, [month, / \d{1,2},? \d{4}/], [/\d{1,2} /, month, / \d{4}/]]
  .map((parts) =>
    [parts]
      .flat()
      .map(({ source }) => source)
      .join(""),
  )
  .join("|");
const time = new RegExp(
  `\\b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(?:${day})(?:(?:T|,? (?:at )?)${clock.source})?`,
  "i",
);
const uuid = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/i;
/** Splits a text so that every second part is a time or a UUID. */
const changing = new RegExp(`(${time.source}|${uuid.source})`, "i");

/** A run takes its time before its first call, and rounds it down to a minute. */
const slack = 60_000;

/** Without a zone it may be of UTC or of this machine; one without a clock is a whole day. */
function isOwnTime(text: string, { began, asked }: PlacedRequest): boolean {
  if (!time.test(text)) return false;
  const length = text.includes(":") ? 0 : 86_400_000;
  const plain = text.replace(" at ", " ");
  return [plain, `${plain}Z`, `${plain} UTC`, `${plain}T00:00`].some((one) => {
    const start = Date.parse(one);
    return start + length >= began - slack && start <= asked + slack;
  });
}
