/** What a template takes: text is escaped, markup is not, lists are joined, and nothing is left out. */
export type Content = string | number | Markup | undefined | null | false | readonly Content[];

/** HTML that can stand in a page as it is. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** Makes HTML of a template; whatever is put into it, in a text or between the quotes of an attribute, stays text. */
export function markup(strings: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...values.map(write)));
}

function write(content: Content): string {
  if (content instanceof Markup) return content.html;
  if (typeof content === "object" && content !== null) return content.map(write).join("");
  return content === undefined || content === null || content === false ? "" : escape(String(content));
}

const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Characters that are not seen, or turn the order of others around. */
// oxlint-disable-next-line no-control-regex -- these are the characters meant
const unseen = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/** A text in which such characters stand by their codes: a report must not deceive, and its addresses must hold any text. */
export const spellOut = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replaceAll(unseen, (sign) => `⟨U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

const escape = (text: string) => spellOut(text).replaceAll(/[&<>"']/g, (sign) => names[sign]!);
