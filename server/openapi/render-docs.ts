import { createHash } from "node:crypto";
import type { ApiDocument, ApiOperation } from "./describe-api.ts";

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 52rem; margin: 0 auto; padding: 1rem }
h2 { margin: 2rem 0 .5rem; text-transform: capitalize }
details { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .5rem; margin: .4rem 0; padding: .5rem .75rem }
summary { cursor: pointer; overflow-wrap: anywhere }
summary b { display: inline-block; min-width: 4.2rem; font-family: ui-monospace, monospace }
code, pre { font: .85rem/1.45 ui-monospace, monospace }
pre { overflow-x: auto; padding: .75rem; border-radius: .5rem; background: color-mix(in srgb, currentColor 8%, transparent) }
`;

/** What the page may load: its own style, and nothing else. */
export const docsPolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** An API as one page that needs no script and no network. */
export function renderDocs({ info, paths }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? "")
    .entries()
    .map(
      ([tag, group]) =>
        `<h2 id="${escape(tag)}">${escape(tag)}</h2>${group.map(({ path, method, operation }) => renderOperation(path, method, operation)).join("")}`,
    );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)} ${escape(info.version)}</title><style>${style}</style></head>
<body><h1>${escape(info.title)} <small>${escape(info.version)}</small></h1>
<p>${escape(info.description)} The same for programs: <a href="openapi.json">openapi.json</a>.</p>
${[...sections].join("\n")}
</body></html>
`;
}

function renderOperation(path: string, method: string, { summary, parameters, requestBody }: ApiOperation): string {
  const fields = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<li><code>${escape(name)}</code> in the ${place}${required ? "" : ", optional"}: <code>${escape(JSON.stringify(schema))}</code></li>`,
  );
  const body = requestBody?.content["application/json"].schema;
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escape(path)}</code><br>${escape(summary)}</summary>
${fields.length > 0 ? `<ul>${fields.join("")}</ul>` : ""}${body ? `<p>Body</p><pre>${escape(JSON.stringify(body, null, 2))}</pre>` : ""}</details>`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character]!);
