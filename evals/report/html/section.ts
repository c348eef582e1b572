import { type Content, type Markup, markup } from "./markup.ts";

/** A titled part of a case; nothing where it has no content. */
export const section = (title: string, content: Content): Content =>
  content && markup`<section><h2>${title}</h2>${content}</section>`;

/** What opens on demand. */
export const fold = (title: Content, content: Content): Markup =>
  markup`<details class="fold"><summary>${title}</summary>${content}</details>`;
