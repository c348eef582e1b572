import type { SpanMessage } from "../../../storage/storage.ts";
import { formatFigure } from "./format-figure.ts";
import { type Markup, markup } from "./markup.ts";
import { fold } from "./section.ts";

/** A text as text, texts and the text blocks of a message's content one below the other, and anything else as JSON. */
export function showValue(value: unknown): Markup {
  if (value === "") return markup`<p class="soft">nothing</p>`;
  const text = textOf(value);
  if (text !== undefined) return markup`<div class="text" dir="auto">${text}</div>`;
  const texts = Array.isArray(value) ? value.map(textOf) : [];
  if (texts.length > 0 && texts.every((one) => one !== undefined)) {
    return markup`<ul class="texts">${texts.map((one) => markup`<li class="text" dir="auto">${one}</li>`)}</ul>`;
  }
  return markup`<pre class="text">${JSON.stringify(value, null, 2) ?? "nothing"}</pre>`;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  const block =
    typeof value === "object" && value !== null && "type" in value && value.type === "text" && "text" in value;
  return block && typeof value.text === "string" ? value.text : undefined;
}

/** A titled value; nothing where there is none. */
export function showField(title: string, value: unknown): Markup | false {
  if (value === undefined || value === null) return false;
  return markup`<div class="field"><h3>${title}</h3>${showValue(value)}</div>`;
}

/** How long the result of a tool may be to stand open in a conversation. */
const mostOpen = 600;

const roles: Record<string, string> = { human: "User", ai: "Assistant", system: "System" };

/** A conversation: who said what, and which tools an answer calls. */
export function showMessages(messages: readonly SpanMessage[]): Markup {
  return markup`<ol class="messages">${messages.map(showMessage)}</ol>`;
}

function showMessage({ type, name, content, status, tool_calls }: SpanMessage): Markup {
  const role = type === "tool" ? `Tool ${name ?? ""}` : (roles[type] ?? type);
  const calls = tool_calls ?? [];
  const said = (content !== "" || calls.length === 0) && showValue(content);
  const long = type === "tool" && typeof content === "string" && content.length > mostOpen;
  return markup`<li class="message ${type}"><span class="role">${role}${type !== "tool" && name && `, ${name}`}${status === "error" && " failed"}</span>${long ? fold(`${formatFigure(content.length)} characters`, said) : said}${calls.map(showCall)}</li>`;
}

const showCall = ({ name, args }: { name: string; args: unknown }) =>
  markup`<p class="call"><span class="soft">calls</span> <code>${name}(${JSON.stringify(args)})</code></p>`;
