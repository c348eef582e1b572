import ipaddr from "ipaddr.js";
import { findSecrets } from "./find-secrets.ts";

/** Replaces values that must not leave production, each the same way wherever it stands. */
export interface Redaction {
  redact<Value>(value: Value): Value;
  /** How many different values of each kind were replaced. */
  counts: () => Record<string, number>;
  /** The personal data that were found, as they were written. */
  found: () => string[];
}

/** What is looked for, in this order. */
interface Kind {
  name: string;
  pattern: RegExp;
  /** The value in one form, however it is written; undefined for what only looks like one. */
  normalize: (found: string) => string | undefined;
  /** A placeholder of the same form, since schemas check forms: the n-th of its kind. */
  replace: (number: number, found: string) => string;
}

const asIs = (found: string) => found;
const digitsOf = (found: string) => found.replaceAll(/\D/g, "");
const secret = (pattern: RegExp, normalize: Kind["normalize"] = asIs): Kind => ({
  name: "secret",
  pattern,
  normalize,
  replace: replaceSecret,
});

const secretKinds: Kind[] = [
  secret(/-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----[^]*?(-----END [A-Z ]*PRIVATE KEY( BLOCK)?-----|$)/g),
  // The password of a connection string.
  secret(/(?<=\b[a-z][\w+.-]*:\/\/[^\s:/@]*:)[^\s/@]+(?=@)/gi),
  secret(/(?<=\bbearer\s{1,9})[\w.~+/-]{12,}=*/gi),
  secret(/(?<=\bauthorization:\s{0,9}(basic|token|apikey)\s{1,9})[\w+/.-]{6,}=*/gi),
  secret(/(?<=\bcookie:\s{0,9})[^\s;=]+=[^\s;]+(;[ \t]*[^\s;=]+=[^\s;]+)*/gi),
  secret(/(?<=\bcurl\b[^\n]{0,200}\s(-u|--user)[ =]["']?[^\s:"']{1,64}:)[^\s"']+/g),
  secret(/(?<=[?&](?:[\w-]*token|sig|signature|key|secret)=)[^\s&#"']{8,}/gi),
  secret(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g),
  // A name such as pk_user_id_primary_column has no digit.
  secret(/\b(sk|pk|rk)[-_](?=[\w-]*\d)[\w-]{16,}/g),
  secret(
    /\b(hf_|xai-|r8_|pplx-|tvly-|lsv2_[ps][tk]_|whsec_|ya29\.|GOCSPX-|dop_v1_|pypi-|ntn_|glpat-)(?=[\w.-]*\d)[\w.-]{14,}[\w-]/g,
  ),
  // Of Mailgun, Twilio, Telegram and Discord.
  secret(/\b(key-[\da-f]{32}|SK[\da-f]{32}|\d{8,10}:[\w-]{35}|[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38})(?![\w-])/g),
  secret(/(?<=\b(AccountKey|SharedAccessKey)=)[\w+/]{20,}=*/g),
  // What an environment sets.
  secret(/(?<=\b([A-Z][A-Z\d_]{0,64}_)?(PASS(WORD)?|PWD|SECRET|TOKEN|KEY)=["']?)(?=[^\s"']*\d)[^\s"'$<{(]{6,}/g),
  secret(/(?<=\bpwd=)(?![/~.$<{(*])[^\s;"'&]{4,}/gi),
  secret(/\b(gh[oprsu]_\w{20,}|github_pat_\w{20,}|A(KI|SI)A[A-Z\d]{16}|xox[abeprs]-[\w-]{10,}|AIza[\w-]{30,})/g),
  secret(
    /(?<=\b(api[-_ ]?key|access[-_ ]?token|auth[-_ ]?token|client[-_ ]?secret)["']?\s{0,9}[:=]\s{0,9}["']?)(?=[^\s"',;]*\d)[^\s"',;]{6,}/gi,
  ),
  // What is no template or mask, up to the end of its sentence.
  secret(
    /(?<=(password|passwd|passphrase)(\\{0,9}["']?[ \t]{0,9}[:=]|([ \t](for|of|to)[ \t][\w \t.-]{1,40})?[ \t]is[ \t])[ \t]{0,9}\\{0,9}["']?)(?![<{[(*%:=]|\$[A-Z{(])[^\s"'\\,;]{3,}[^\s"'\\,;.!?:)\]}>]/gi,
    unlessWord,
  ),
];

const personalKinds: Kind[] = [
  {
    name: "email",
    // In a URL `%40` is the @, and `%20` before the address no part of it.
    pattern:
      /([\p{L}\d._%+-]{1,64}@|(?<!%[\da-f]?)([\p{L}\d._+-]|%2B){1,64}%40)[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}/giu,
    normalize: (found) => found.toLowerCase().replace("%40", "@").replaceAll("%2b", "+"),
    replace: (number, found) => `redacted-${number}${found.includes("@") ? "@" : "%40"}example.com`,
  },
  {
    name: "iban",
    pattern: /\b[A-Z]{2}\d{2}( ?[A-Z\d]{4}){2,7}( ?[A-Z\d]{1,3})?\b/gi,
    normalize: readIban,
    replace: (number, found) => {
      const account = String(number).padStart(readIban(found)!.length - 4, "0");
      const country = found.slice(0, 2);
      const check = String(98 - remainder(`${country}00${account}`)).padStart(2, "0");
      return layOut(`${country}${check}${account}`, found, /[A-Z\d]/gi);
    },
  },
  {
    name: "card",
    pattern: /(?<![\d.+])(?:[3-6]\d{3}|2[2-7]\d\d)(?:[ -]?\d){9,15}(?![\d.]*\d)/g,
    normalize: (found) => (luhn(digitsOf(found)) === 0 ? digitsOf(found) : undefined),
    replace: (number, found) => {
      const body = `4${String(number).padStart(digitsOf(found).length - 2, "0")}`;
      return layOut(`${body}${(10 - luhn(`${body}0`)) % 10}`, found, /\d/g);
    },
  },
  {
    name: "phone",
    pattern:
      /(?<![\w.])(\+\d{1,3}[ ./-]?(\(\d{1,4}\)|\d{1,4})([ ./-]?\d{2,5}){2,5}|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4}|0\d{2,4}[ /-]\d{3,8}([ -]\d{2,5})?|(?=\d)(?<=(\w*(phone|mobile|whatsapp)\w*|\b(tel|cell|fax|call|dial))(\s+(number|no|is|at|on|me|us|him|her|them|back)\b|[\s.:="'\\])+)\d{7,15})(?![\w-])/gi,
    normalize: digitsOf,
    replace: (number, found) => layOut(`555${String(number).padStart(digitsOf(found).length - 3, "0")}`, found, /\d/g),
  },
  {
    name: "ip",
    pattern:
      /(?<![\w.:])((::ffff:)?\d{1,3}(\.\d{1,3}){3}(?!\w|\.\d)|(?=[a-f:]*\d)[\da-f]{0,4}(:[\da-f]{0,4}){2,7}(?![\w:]|\.\d))/gi,
    normalize: (found) => {
      if (!ipaddr.isValid(found)) return undefined;
      const address = ipaddr.parse(found);
      return ["loopback", "unspecified"].includes(address.range()) ? undefined : address.toString();
    },
    replace: (number, found) => (found.includes(":") ? `2001:db8::${number.toString(16)}` : `192.0.2.${number % 256}`),
  },
];

/** Behind these words a value is looked at, where its field says so: digits alone may be any number. */
function contextOf(field: string, value: unknown): string | undefined {
  if (passwordField.test(field) || (typeof value !== "number" && secretField.test(field))) return "password: ";
  return phoneField.test(field) ? "phone: " : undefined;
}

const phoneField = /(phone|mobile|whatsapp)(_?(number|no))?s?$|^(tel|cell|fax)$/i;
const passwordField = /passw(or)?ds?$/i;
const secretField =
  /^(authorization|auth|jwt|(set-)?cookie|token|pwd|credentials?|session[-_]?id|.*(passw(or)?ds?|passphrase|[-_](pass|pwd|token)|secret|(api|secret|private|access|encryption|signing|account|master)[-_]?keys?|(access|auth|refresh|session)[-_]?tokens?))$/i;

/** Its digits are nobody's number, although they may pass for a card's. */
const uuid = /(\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b)/i;

/**
 * Reads values for secrets and for what identifies people: keys, tokens and passwords, e-mail and IP addresses, numbers of
 * phones, credit cards (Luhn) and accounts (IBAN). Names and postal addresses are not recognised. Of personal data what is to be `kept`, as it was
 * written, stays.
 */
export async function createRedaction(sample: unknown, kept: ReadonlySet<string> = new Set()): Promise<Redaction> {
  const known = [...(await findSecrets(textsOf(sample))), ...listSecrets(sample)];
  const secrets = [...new Set(known)].toSorted((one, other) => other.length - one.length);
  const numbers = new Map<string, Map<string, number>>();
  const personal = new Set<string>();
  const numberOf = (kind: string, value: string) => {
    const ofKind = numbers.get(kind) ?? new Map<string, number>();
    numbers.set(kind, ofKind);
    ofKind.set(value, ofKind.get(value) ?? ofKind.size + 1);
    return ofKind.get(value)!;
  };
  const redactText = (text: string, context = "") => {
    // What was replaced is one character of the private use area until the end, in which nothing more is found. Those of
    // the text itself are put away first.
    const placeholders: string[] = [];
    const hide = (placeholder: string) => String.fromCharCode(0xe000 + placeholders.push(placeholder) - 1);
    text = text.replaceAll(hidden, hide);
    for (const value of secrets) {
      // Within a longer number its digits are another one.
      const pattern = /^\d+$/.test(value) ? new RegExp(`(?<!\\d)${value}(?!\\d)`, "g") : value;
      text = text.replaceAll(pattern, () => hide(replaceSecret(numberOf("secret", value), value)));
    }
    const hideAll = (part: string, kinds: Kind[]) =>
      kinds.reduce(
        (rest, { name, pattern, normalize, replace }) =>
          rest.replaceAll(pattern, (found) => {
            if (name !== "secret" && kept.has(found)) return found;
            const value = normalize(found);
            if (value !== undefined && name !== "secret") personal.add(found);
            return value === undefined ? found : hide(replace(numberOf(name, value), found));
          }),
        part,
      );
    text = hideAll(`${context}${text}`, secretKinds)
      .split(uuid)
      .map((part, index) => (index % 2 === 1 ? part : hideAll(part, personalKinds)))
      .join("");
    return text.slice(context.length).replaceAll(hidden, (sign) => placeholders[sign.charCodeAt(0) - 0xe000]!);
  };
  const redact = (value: unknown, context?: string): unknown => {
    if (typeof value === "string") return redactText(value, context);
    // A card's number may be one.
    if (typeof value === "number") {
      const redacted = Number(redactText(String(value), context));
      return Number.isNaN(redacted) ? 0 : redacted;
    }
    if (Array.isArray(value)) return value.map((one) => redact(one, context));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [redactText(key), redact(inner, contextOf(key, inner))]),
    );
  };
  return {
    redact: <Value>(value: Value) => redact(value) as Value,
    found: () => [...personal],
    counts: () => Object.fromEntries([...numbers].map(([kind, values]) => [kind, values.size])),
  };
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
}

const hidden = /[\ue000-\uf8ff]/g;

/** What stands in fields for secrets, in JSON within texts too, and is to be found wherever it stands. */
function listSecrets(value: unknown): string[] {
  if (typeof value === "string") {
    // Whatever it is encoded in, a text has its quotes.
    const fields = [...value.replaceAll("\\", "").matchAll(/"([\w-]{1,64})" ?: ?"([^"\n]{6,4096})"/g)];
    return fields.flatMap(([, key = "", inner = ""]) => secretsOf(key, inner));
  }
  if (typeof value !== "object" || value === null) return [];
  const { name, key = name, value: named } = value as Record<string, unknown>;
  // Headers are pairs, or fields with a name.
  const [first, second] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [key, named];
  return [
    ...(typeof first === "string" ? secretsOf(first, second) : []),
    ...Object.entries(value).flatMap(([field, inner]) => [...secretsOf(field, inner), ...listSecrets(inner)]),
  ];
}

function secretsOf(field: string, value: unknown): string[] {
  if (!secretField.test(field)) return [];
  return leavesOf(value).flatMap((leaf) => {
    const isPassword = passwordField.test(field);
    if (typeof leaf !== "string" && !(typeof leaf === "number" && isPassword)) return [];
    const text = String(leaf);
    // A word may be one elsewhere: it is replaced in its place alone.
    const isWord = !isPassword && /^[a-z]+$|^[A-Z]?[a-z]+$/.test(text);
    return text.length >= 6 && !isWord && unlessWord(text) ? [text] : [];
  });
}

const leavesOf = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value];

/** A password that is a number stays one, as its field may be of numbers. */
function replaceSecret(number: number, found: string): string {
  return /^\d+$/.test(found) ? `9${String(number).padStart(found.length - 1, "0")}` : `redacted-secret-${number}`;
}

/** Nothing for a word that says something of a password, or of what it is like, and is none. */
function unlessWord(found: string): string | undefined {
  return /^([a-z-]{3,}(ed|ing)|(in)?correct|(in)?valid|forgotten|hidden|stolen|taken|given|written|chosen|(un)?known|shown|wrong|empty|weak|strong|case-sensitive|short|shorter|long|longer|that|this|what|your|only|also|just|still|never|always|there|here|then|with|from|same|different|none|null|undefined|true|false|string|text|number|default|optional|mandatory|lost|sent|kept|made|reset|okay|good|fine|safe|secure|very|about|must|plain|plaintext)$/i.test(
    found,
  )
    ? undefined
    : found;
}

/** Writes characters into the places that a text has for them, its spaces and dashes kept, and what is behind them. */
function layOut(characters: string, form: string, place: RegExp): string {
  let next = 0;
  return form.replaceAll(place, (sign) => characters[next++] ?? sign);
}

/** ISO 7812: 0 for a number with its right check digit. */
function luhn(digits: string): number {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, index) => {
      const doubled = Number(digit) * (1 + (index % 2));
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return sum % 10;
}

/** How many characters an IBAN has in each country: the registry of SWIFT, 2025. */
const ibanLengths =
  "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/** The IBAN with which a text begins, whatever words follow; undefined without one. Ids that look like one have another length or check. */
function readIban(text: string): string | undefined {
  const words = text.toUpperCase().split(" ");
  const length = Number(new RegExp(`${text.slice(0, 2)}(\\d+)`, "i").exec(ibanLengths)?.[1]);
  const iban = words.map((_, index) => words.slice(0, index + 1).join("")).find((part) => part.length === length);
  return iban && remainder(iban) === 1 ? iban : undefined;
}

/** ISO 13616: 1 for an IBAN with its right check digits. */
function remainder(iban: string): number {
  const moved = `${iban.slice(4)}${iban.slice(0, 4)}`.replaceAll(/[A-Z]/gi, (letter) =>
    String(Number.parseInt(letter, 36)),
  );
  return Number(BigInt(moved) % 97n);
}
