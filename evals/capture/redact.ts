import ipaddr from "ipaddr.js";
import { findSecrets } from "./find-secrets.ts";

/** Replaces values that must not leave production, each the same way wherever it stands. */
export interface Redaction {
  redact<Value>(value: Value): Value;
  /** How many different values of each kind were replaced. */
  counts: () => Record<string, number>;
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
const secret = (pattern: RegExp): Kind => ({
  name: "secret",
  pattern,
  normalize: asIs,
  replace: (number) => `redacted-secret-${number}`,
});

const secretKinds: Kind[] = [
  secret(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g),
  // The password of a connection string.
  secret(/(?<=\b[a-z][\w+.-]*:\/\/[^\s:/@]*:)[^\s/@]+(?=@)/gi),
  secret(/(?<=\bbearer\s+)[\w.~+/-]{12,}=*/gi),
  secret(/(?<=\bauthorization:\s*basic\s+)[\w+/-]{6,}=*/gi),
  secret(/(?<=[?&](?:[\w-]*token|sig|signature|key|secret)=)[^\s&#"']{8,}/gi),
  secret(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g),
  secret(/\b(sk|pk|rk)[-_][\w-]{16,}/g),
  secret(/\b(gh[oprsu]_\w{20,}|github_pat_\w{20,}|A(KI|SI)A[A-Z\d]{16}|xox[abeprs]-[\w-]{10,}|AIza[\w-]{30,})/g),
  secret(
    /(?<=\b(api[-_ ]?key|access[-_ ]?token|auth[-_ ]?token|client[-_ ]?secret|password)["']?\s*[:=]\s*["']?)(?=[^\s"',;]*\d)[^\s"',;]{6,}/gi,
  ),
];

const personalKinds: Kind[] = [
  {
    name: "email",
    pattern: /[\p{L}\d._%+-]{1,64}@[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}/gu,
    normalize: (found) => found.toLowerCase(),
    replace: (number) => `redacted-${number}@example.com`,
  },
  {
    name: "iban",
    pattern: /\b[A-Z]{2}\d{2}( ?[A-Z\d]{4}){2,7}( ?[A-Z\d]{1,3})?\b/g,
    normalize: (found) => {
      const iban = found.replaceAll(" ", "");
      return remainder(iban) === 1 ? iban : undefined;
    },
    replace: (number, found) => {
      const length = found.replaceAll(" ", "").length;
      const account = String(number).padStart(length - 4, "0");
      const country = found.slice(0, 2);
      const check = String(98 - remainder(`${country}00${account}`)).padStart(2, "0");
      return layOut(`${country}${check}${account}`, found, /[A-Z\d]/g);
    },
  },
  {
    name: "card",
    pattern: /(?<![\d.])(?:[3-6]\d{3}|2[2-7]\d\d)(?:[ -]?\d){9,15}(?![\d.]*\d)/g,
    normalize: (found) => (luhn(digitsOf(found)) === 0 ? digitsOf(found) : undefined),
    replace: (number, found) => {
      const body = `4${String(number).padStart(digitsOf(found).length - 2, "0")}`;
      return layOut(`${body}${(10 - luhn(`${body}0`)) % 10}`, found, /\d/g);
    },
  },
  {
    name: "phone",
    pattern:
      /(?<![\w.])(\+\d{1,3}[ ./-]?(\(\d{1,4}\)|\d{1,4})([ ./-]?\d{2,5}){2,5}|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4}|0\d{2,4}[ /-]\d{3,8}([ -]\d{2,5})?)(?![\w-])/g,
    normalize: digitsOf,
    replace: (number, found) => layOut(`555${String(number).padStart(digitsOf(found).length - 3, "0")}`, found, /\d/g),
  },
  {
    name: "ip",
    pattern: /(?<![\w.:])(\d{1,3}(\.\d{1,3}){3}|[\da-f]{0,4}(:[\da-f]{0,4}){2,7})(?![\w:]|\.\d)/gi,
    normalize: (found) => {
      if (!ipaddr.isValid(found)) return undefined;
      const address = ipaddr.parse(found);
      return ["loopback", "unspecified"].includes(address.range()) ? undefined : address.toString();
    },
    replace: (number, found) => (found.includes(":") ? `2001:db8::${number.toString(16)}` : `192.0.2.${number % 256}`),
  },
];

/** Its digits are nobody's number, although they may pass for a card's. */
const uuid = /(\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b)/i;

/**
 * Reads values for secrets and for what identifies people: keys, tokens and passwords, e-mail and IP addresses, numbers of
 * phones, credit cards (Luhn) and accounts (IBAN). Names and postal addresses are not recognised.
 */
export async function createRedaction(sample: unknown): Promise<Redaction> {
  const known = [...(await findSecrets(textsOf(sample))), ...valuesOfSecretFields(sample)];
  const secrets = [...new Set(known)].toSorted((one, other) => other.length - one.length);
  const numbers = new Map<string, Map<string, number>>();
  const numberOf = (kind: string, value: string) => {
    const ofKind = numbers.get(kind) ?? new Map<string, number>();
    numbers.set(kind, ofKind);
    ofKind.set(value, ofKind.get(value) ?? ofKind.size + 1);
    return ofKind.get(value)!;
  };
  const redactText = (text: string) => {
    // What was replaced is one character of the private use area until the end, in which nothing more is found.
    const placeholders: string[] = [];
    const hide = (placeholder: string) => String.fromCharCode(0xe000 + placeholders.push(placeholder) - 1);
    for (const value of secrets)
      text = text.replaceAll(value, () => hide(`redacted-secret-${numberOf("secret", value)}`));
    const hideAll = (part: string, kinds: Kind[]) =>
      kinds.reduce(
        (rest, { name, pattern, normalize, replace }) =>
          rest.replaceAll(pattern, (found) => {
            const value = normalize(found);
            return value === undefined ? found : hide(replace(numberOf(name, value), found));
          }),
        part,
      );
    text = hideAll(text, secretKinds)
      .split(uuid)
      .map((part, index) => (index % 2 === 1 ? part : hideAll(part, personalKinds)))
      .join("");
    return text.replaceAll(/[\ue000-\uf8ff]/g, (hidden) => placeholders[hidden.charCodeAt(0) - 0xe000] ?? hidden);
  };
  const redact = (value: unknown): unknown => {
    if (typeof value === "string") return redactText(value);
    // A card's number may be one.
    if (typeof value === "number") return Number(redactText(String(value)));
    if (Array.isArray(value)) return value.map(redact);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redactText(key), redact(inner)]));
  };
  return {
    redact: <Value>(value: Value) => redact(value) as Value,
    counts: () => Object.fromEntries([...numbers].map(([kind, values]) => [kind, values.size])),
  };
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
}

const secretField =
  /^(authorization|(set-)?cookie|token|passw(or)?d|session[-_]?id|.*(secret|api[-_]?keys?|(access|auth|refresh|session)[-_]?tokens?))$/i;

function valuesOfSecretFields(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (!secretField.test(key)) return valuesOfSecretFields(inner);
    return [inner].flat().filter((one): one is string => typeof one === "string" && one.length >= 6);
  });
}

/** Writes characters into the places that a text has for them, its spaces and dashes kept. */
function layOut(characters: string, form: string, place: RegExp): string {
  let next = 0;
  return form.replaceAll(place, () => characters[next++] ?? "0");
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

/** ISO 13616: 1 for an IBAN with its right check digits. */
function remainder(iban: string): number {
  const moved = `${iban.slice(4)}${iban.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    String(Number.parseInt(letter, 36)),
  );
  return Number(BigInt(moved) % 97n);
}
