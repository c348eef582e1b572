/** What the page tells its script of a case: where the rows are in this order. */
export interface CaseEntry {
  name: string;
  suite: string;
  status: readonly string[];
  tag: readonly string[];
  scorer: readonly string[];
  /** Id, input and answer, in lower case. */
  text: string;
}

/** What of the browser the script uses. The library "dom" would give its globals to all of the project. */
interface Part {
  hidden: boolean;
  textContent: string;
  innerHTML: string;
  value: string;
  checked: boolean;
  className: string;
  readonly name: string;
  readonly type: string;
  readonly nextElementSibling: Part | null;
  focus(options?: { preventScroll: boolean }): void;
  closest(selector: string): Part | null;
  querySelector(selector: string): Part | null;
  scrollIntoView(): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: (event: PartEvent) => void): void;
}
interface PartEvent {
  target: Part;
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  preventDefault(): void;
}
declare const document: Part & {
  title: string;
  activeElement: Part;
  querySelectorAll(selector: string): Iterable<Part>;
};
declare const window: Pick<Part, "addEventListener"> & { scrollY: number; scrollTo(x: number, y: number): void };
declare const location: { hash: string };
declare const history: { replaceState(state: null, title: string, url: string): void };
declare const getSelection: () => { selectAllChildren(part: Part): void };
declare const navigator: { clipboard?: { writeText(text: string): Promise<void> } };

/**
 * The script of the page, put into it as its own text, so that it uses nothing from outside of itself: filters and searches the
 * list, and unpacks the case that is opened. Its state is the hash.
 */
export function browseCases(): void {
  const part = (selector: string) => document.querySelector(selector)!;
  const entries = JSON.parse(part("#entries").textContent) as CaseEntry[];
  const rows = [...document.querySelectorAll("#list > li")];
  const packed = [...document.querySelectorAll("script[data-packed]")];
  const controls = [...document.querySelectorAll("#filter [name]")];
  const title = document.title;
  /** Of the list, to come back to. */
  let place = { scroll: 0, name: "" };
  let open = "";

  const readState = () => new URLSearchParams(location.hash.slice(1));
  const hashOf = (state: URLSearchParams) => `#${state.toString()}`;
  const without = (state: URLSearchParams, name: string) => {
    const rest = new URLSearchParams(state);
    rest.delete(name);
    return rest;
  };
  const select = (state: URLSearchParams) => {
    const words = (state.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const has = (name: string, values: readonly string[]) => !state.get(name) || values.includes(state.get(name)!);
    return entries.flatMap((entry, index) =>
      has("status", entry.status) &&
      has("suite", [entry.suite]) &&
      has("tag", entry.tag) &&
      has("scorer", entry.scorer) &&
      words.every((word) => entry.text.includes(word))
        ? [index]
        : [],
    );
  };

  const unpack = async (index: number) => {
    const bytes = Uint8Array.from(atob(packed[index]!.textContent), (sign) => sign.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
  };

  const showList = (state: URLSearchParams) => {
    const shown = new Set(select(state));
    for (const [index, row] of rows.entries()) row.hidden = !shown.has(index);
    part("#count").textContent = `${shown.size} of ${rows.length} cases`;
    part("#nothing").hidden = shown.size > 0 || rows.length === 0;
    part("#clear").hidden = without(state, "case").size === 0;
    for (const control of controls) {
      const value = state.get(control.name) ?? "";
      if (control.type === "radio") control.checked = control.value === value;
      else if (document.activeElement !== control) control.value = value;
    }
  };

  const showCase = async (name: string, state: URLSearchParams) => {
    const index = entries.findIndex((entry) => entry.name === name);
    const found = select(state);
    const at = found.indexOf(index);
    for (const [id, to] of [
      ["#before", at < 0 ? undefined : found[at - 1]],
      ["#after", at < 0 ? undefined : found[at + 1]],
    ] as const) {
      const goal = new URLSearchParams(state);
      if (to === undefined) part(id).removeAttribute("href");
      else {
        goal.set("case", entries[to]!.name);
        part(id).setAttribute("href", hashOf(goal));
      }
    }
    part("#position").textContent = at < 0 ? "" : `${at + 1} of ${found.length}`;
    part("#back").setAttribute("href", hashOf(without(state, "case")));
    const view = part("#view");
    const html = index < 0 ? "" : await unpack(index);
    if (open !== name) return;
    view.innerHTML = html;
    if (index < 0) view.textContent = `This run has no case "${name}".`;
    window.scrollTo(0, 0);
    view.querySelector("h1")?.focus({ preventScroll: true });
  };

  const show = () => {
    const state = readState();
    const name = state.get("case") ?? "";
    const wasOpen = open;
    open = name;
    if (name && !wasOpen) place = { scroll: window.scrollY, name };
    document.title = name ? `${name} · ${title}` : title;
    part("#overview").hidden = name !== "";
    part("#case").hidden = name === "";
    showList(state);
    if (name) return void showCase(name, state);
    part("#view").innerHTML = "";
    if (wasOpen) {
      window.scrollTo(0, place.scroll);
      rows[entries.findIndex((entry) => entry.name === wasOpen)]
        ?.querySelector("a")
        ?.focus({ preventScroll: wasOpen === place.name });
    } else if (state.size > 0) part("#cases").scrollIntoView();
  };

  const change = (name: string, value: string) => {
    const state = without(readState(), name);
    if (value) state.set(name, value);
    history.replaceState(null, "", hashOf(state));
    showList(state);
  };

  part("#filter").addEventListener("input", ({ target }) => change(target.name, target.value));
  part("#clear").addEventListener("click", () => {
    history.replaceState(null, "", "#");
    showList(readState());
    part("#filter [type=search]").focus();
  });
  part("#list").addEventListener("click", (event) => {
    const index = rows.indexOf(event.target.closest("li")!);
    if (index < 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const state = readState();
    state.set("case", entries[index]!.name);
    location.hash = hashOf(state);
  });
  part("#list").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const visible = rows.filter((row) => !row.hidden);
    event.preventDefault();
    visible[visible.indexOf(event.target.closest("li")!) + step]?.querySelector("a")?.focus();
  });
  part("#view").addEventListener("click", ({ target }) => {
    if (target.className !== "copy") return;
    const json = target.nextElementSibling!;
    getSelection().selectAllChildren(json);
    void navigator.clipboard?.writeText(json.textContent).then(
      () => (target.textContent = "Copied"),
      () => (target.textContent = "Selected: press Ctrl-C"),
    );
  });
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) location.hash = hashOf(without(readState(), "case"));
  });
  window.addEventListener("hashchange", show);
  show();
}
