/** The kind of thing that a question asks for. */
export interface ExpectedAnswer {
  /** Whether a text holds a thing of that kind which the question did not name itself. */
  isIn(text: string): boolean;
  /** Whether a text may answer at all: a question of quantity wants a number. */
  mayBeIn(text: string): boolean;
}

const months =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const timeUnits =
  "(?:milli|micro)?seconds?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|decades?|ms|min|hrs?|s|h";
const numberWords =
  "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|thousand|million|billion|half|third|quarter|dozen|once|twice|double|none";

/** A pattern from alternatives, whatever their case. */
const any = (...parts: string[]) => new RegExp(parts.join("|"), "i");

const number = any(`\\d`, `\\b(?:${numberWords})\\b`);
const duration = any(
  `(?:\\d|\\b(?:an?|${numberWords}))[\\s-]*(?:business |working |calendar |consecutive )?(?:${timeUnits})\\b`,
);
const date = any(
  `\\b(?:${months})\\.?\\s+\\d`,
  `\\b\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?(?:${months})\\b`,
  `\\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\\b`,
  `\\b\\d{1,2}:\\d{2}`,
  `\\b\\d{1,2}\\s*[ap]\\.?m\\b`,
  `\\b(?:1[5-9]|20)\\d{2}\\b`,
  `\\b(?:\\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|last)\\s+(?:of|day|week|month|quarter)\\b`,
  `\\b(?:noon|midnight|spring|summer|autumn|winter|morning|evening)\\b`,
);
const frequency = any(
  `\\b(?:every|each|per|once|twice|times|hourly|daily|weekly|monthly|quarterly|yearly|annually)\\b`,
);
const money = any(
  `[$€£¥]\\s?\\d`,
  `\\d\\s?(?:[$€£¥]|usd|eur|gbp|chf|dollars?|euros?|pounds?|cents?)`,
  `\\b(?:free|no charge)\\b`,
);
const percentage = any(`\\d\\s?%`, `percent`);
const weight = any(
  `\\d\\s?(?:kg|kilos?|kilograms?|g|grams?|lbs?|pounds?|tons?|tonnes?|oz|ounces?)\\b`,
  `\\((?:kg|g|lbs?|t)\\)`,
);
const speed = any(`\\d\\s?(?:km/h|kph|mph|m/s|knots|rpm|[kmg]?bit/s|[kmg]bps|[kmg]b/s)`);
const distance = any(
  `\\d\\s?(?:mm|cm|m|km|metres?|meters?|kilomet(?:re|er)s?|miles?|feet|foot|ft|inch(?:es)?|in|yards?)\\b`,
  `\\d\\s?["”]`,
);
const phoneNumber = any(
  `(?:\\+\\d|\\b0\\d)[\\d\\s()/-]{5,}`,
  `\\bext(?:ension|\\.)?\\s?\\d+`,
  `\\b\\d{3}[\\s-]\\d{3,4}\\b`,
);
const colour = any(
  `\\b(?:black|white|gr[ea]y|silver|gold|red|green|blue|yellow|orange|purple|violet|pink|brown|beige|cream|turquoise|anthracite|bronze|copper|transparent|clear|amber)\\b`,
);
const reason = any(
  `\\b(?:because|since|due to|so that|in order to|therefore|as a result|caused? by|reason|prevents?|avoids?|otherwise)\\b`,
);
const person =
  /(?<=\S\s)\p{Lu}[\p{L}.'’-]+(?:\s\p{Lu}[\p{L}.'’-]+)+|^\p{Lu}[\p{L}'’-]+\s\p{Lu}[\p{L}'’-]+|\b(?:teams?|departments?|desk|managers?|officers?|directors?|engineers?|leads?|leaders?|heads?|owners?|staff|supervisors?|coordinators?|administrators?|committee|board|chair|ceo|cto|cfo|president|authors?|founders?|technicians?|electricians?|operators?|inspectors?|contractors?|suppliers?|mechanics?|agents?|representatives?|assistants?|advis[eo]rs?|treasurer|secretary|clerks?|dispatchers?|guards?|reception|helpdesk|hotline|support|nurses?|doctors?|nobody|no one|anybody|anyone|everybody|everyone|somebody|someone|users?|members?|customers?|clients?|callers?|visitors?|guests?|residents?|tenants?|students?|pupils?|employees?|people|persons?|adults?|children|parents?|drivers?|volunteers?|authors?|companies|company)\b|@/u;
const someone = new RegExp(`${person.source}|(?<=\\S\\s)\\p{Lu}\\p{L}+`, "u");
const place =
  /\b(?:in|at|on|near|from|to|under|behind|inside|beside|above|below)\s+(?:the\s+)?(?:\p{Lu}|\w+\s+(?:building|room|floor|office|street|side|corner|panel|cover|drawer|folder|directory|page|menu|tab))|\b(?:building|room|floor|office|street|folder|directory|path|located|stored|menu|settings)\b|\/\w/u;

/** What the words of a question ask for, the first that fits. */
const kinds: readonly { asked: RegExp; found: RegExp; needed?: RegExp }[] = [
  {
    asked:
      /\bhow (?:much|many) (?:time|seconds|minutes|hours|days|weeks|months|years)\b|\bhow (?:long|soon|quickly)\b|\bduration\b/i,
    found: duration,
    needed: number,
  },
  {
    asked: /\bhow (?:often|frequently)\b|\bfrequency\b/i,
    found: frequency,
    needed: any(number.source, frequency.source),
  },
  {
    asked: /\bhow much\b.*\b(?:cost|pay|charge|spend)|\bwhat\b.*\b(?:price|cost|fee|salary|fine)s?\b/i,
    found: money,
    needed: any(money.source, "(?<=: )\\d"),
  },
  {
    asked: /\bhow heavy\b|\bweighs?\b|\bwhat\b.*\bweight\b/i,
    found: weight,
    needed: weight,
  },
  {
    asked: /\bhow fast\b|\bwhat\b.*\bspeed\b/i,
    found: speed,
    needed: speed,
  },
  {
    asked: /\bhow (?:deep|tall|high|wide|thick)\b|\bhow far\b(?! ahead| in advance)/i,
    found: distance,
    needed: distance,
  },
  {
    asked: /\b(?:phone|telephone|mobile|extension) (?:number|is)\b|\btelephone\b/i,
    found: phoneNumber,
    needed: phoneNumber,
  },
  { asked: /\be-?mail address\b/i, found: /\S@\S/, needed: /\S@\S/ },
  {
    asked: /\b(?:what|which) colou?rs?\b|\bcolou?r (?:is|are|does)\b/i,
    found: colour,
    needed: colour,
  },
  { asked: /\b(?:percentage|percent|what (?:share|proportion|fraction)|rate)\b/i, found: percentage },
  {
    asked:
      /\bhow (?:many|much|far|heavy|tall|high|wide|deep|big|large|old|fast|hot|cold|loud|strong|thick|warm|small)\b/i,
    found: number,
    needed: number,
  },
  {
    asked:
      /\bwhat (?:is the )?(?:number|amount|maximum|minimum|limit|size|weight|capacity|temperature|voltage|pressure|speed|length|width|height)\b/i,
    found: number,
  },
  {
    asked:
      /^(?:and\s+|so\s+)?(?:(?:by|since|until|from)\s+)?when\b|\b(?:what|which) (?:time|date|day|year|month)\b|\bdeadline\b/i,
    found: any(date.source, duration.source),
  },
  { asked: /\bwho(?:m|se)?\b|\bwhich (?:person|team|department|people)\b/i, found: person, needed: someone },
  { asked: /\bwhere\b|\bwhich (?:place|room|city|country|folder|building)\b/i, found: place },
  { asked: /\bwhy\b|\bfor what reason\b/i, found: reason },
];

/** "And for the bike?": the question before says what is asked. */
const asksNothing = /^(?!.*\b(?:what|which|who|whom|whose|when|where|why|how)\b(?! about))/i;

/** Reads from a question's words, or those that it leans on, what its answer should hold; a question that does not tell accepts everything. */
export function expectAnswer(question: string, earlier: readonly string[] = []): ExpectedAnswer {
  const asking = [question, ...(asksNothing.test(question) ? earlier : [])].find((text) =>
    kinds.some(({ asked }) => asked.test(text)),
  );
  const kind = asking && kinds.find(({ asked }) => asked.test(asking));
  if (!kind) return { isIn: () => false, mayBeIn: () => true };
  const { found, needed } = kind;
  const named = new Set(question.toLowerCase().match(/\p{L}+/gu));
  // "Who leads the sales team?" is not answered by the words "the sales team".
  const withoutNamed = (text: string) =>
    text.replace(/\p{L}+/gu, (word) => (named.has(word.toLowerCase()) ? "" : word));
  return {
    isIn: (text) => found.test(found === person ? withoutNamed(text) : text),
    mayBeIn: (text) => needed?.test(needed === someone ? withoutNamed(text) : text) ?? true,
  };
}
