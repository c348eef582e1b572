import { spellOut } from "../spell-out.ts";

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

const escape = (text: string) => spellOut(text).replaceAll(/[&<>"']/g, (sign) => names[sign]!);
