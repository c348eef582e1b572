import type { CaseEntry } from "./browse-cases.ts";
import { type Markup, markup } from "./markup.ts";
import { filters } from "./select-shown.ts";

/** The controls over the list: a status, a search, and choices of suite, scorer and tag where there is one to make. */
export function renderFilter(entries: readonly CaseEntry[]): Markup {
  const statuses = [
    { value: "", label: "All", count: entries.length },
    ...filters.map((value) => ({
      value,
      label: value[0]!.toUpperCase() + value.slice(1),
      count: entries.filter(({ status }) => status.includes(value)).length,
    })),
  ].filter(({ value, count }) => value === "" || count > 0);
  const pills = statuses.map(
    ({ value, label, count }) =>
      markup`<label class="pill"><input type="radio" name="status" value="${value}" ${value === "" && markup`checked`}><span>${label} <b>${count}</b></span></label>`,
  );
  return markup`<search id="filter"><fieldset><legend class="unseen">Status</legend>${pills}</fieldset>
<div class="choices"><input type="search" name="q" aria-label="Search in ids, inputs and answers" placeholder="Search ids, inputs, answers" autocomplete="off">${choice(
    "suite",
    "All suites",
    entries.map(({ suite }) => suite),
  )}${choice(
    "scorer",
    "Any scorer",
    entries.flatMap(({ scorer }) => scorer),
    "Failed by ",
  )}${choice(
    "tag",
    "All tags",
    entries.flatMap(({ tag }) => tag),
  )}</div>
<p class="soft"><span id="count" role="status">${entries.length} cases</span> <button type="button" id="clear" hidden>Clear</button></p></search>`;
}

function choice(name: string, all: string, values: readonly string[], before = ""): Markup | false {
  const counts = Map.groupBy(values, (value) => value);
  if (counts.size < (name === "scorer" ? 1 : 2)) return false;
  const options = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return markup`<select name="${name}" aria-label="${name}"><option value="">${all}</option>${options.map(([value, { length }]) => markup`<option value="${value}">${before}${value} (${length})</option>`)}</select>`;
}
