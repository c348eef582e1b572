import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser } from "../../../tests/fixtures/find-browser.ts";
import { hostile, makeLargeReport, makeReport } from "../../../tests/fixtures/make-report.ts";
import { makeTemporaryFolder } from "../../../tests/fixtures/make-temporary-folder.ts";
import type { Report } from "../report.ts";
import { spellOut } from "../spell-out.ts";
import { renderHtml } from "./render-html.ts";

const executablePath = findBrowser();
let browser: Browser;

const phone = { viewport: { width: 360, height: 740 } };
const desk = { viewport: { width: 1440, height: 900 } };
const caseHash = (id: string) => `#${new URLSearchParams({ case: spellOut(`support > ${id}`) }).toString()}`;

/** The page in a browser; `trouble` is all that its console says, what it throws, and what it asks of a network. */
async function openReport({
  report = makeReport(),
  hash = "",
  ...context
}: BrowserContextOptions & { report?: Report; hash?: string } = {}) {
  const path = join(makeTemporaryFolder(), "report.html");
  await writeFile(path, renderHtml(report));
  const opened = await browser.newContext({ ...desk, ...context });
  opened.setDefaultTimeout(10_000);
  const page = await opened.newPage();
  const trouble: string[] = [];
  page.on("console", (message) => trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) trouble.push(request.url());
  });
  await page.goto(`${pathToFileURL(path).href}${hash}`);
  return {
    page,
    trouble,
    async [Symbol.asyncDispose]() {
      await opened.close();
    },
  };
}

const openAll = "for (const one of document.querySelectorAll('details')) one.open = true";
const visibleIds = (page: Page) => page.locator("#list .id:visible").allTextContents();
const titleOf = (page: Page) => page.locator("#view h1").innerText();
const caseOpened = (page: Page, id: string) => page.locator("#view h1", { hasText: id }).waitFor();

describe.skipIf(!executablePath)("the report in a browser", () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking"] });
  });
  afterAll(async () => browser.close());

  test("the head tells the verdict, and each finding leads to its case", async () => {
    await using opened = await openReport();
    const { page } = opened;
    expect(await page.locator("h1").innerText()).toBe("The gate failed");
    expect(await page.locator(".head").innerText()).toContain("8b8722c0a1, with changes");
    const finding = page.locator(".findings li", { hasText: "shoes-fell" });
    expect(await finding.innerText()).toContain("It passed before and fails now.");
    await finding.getByRole("link").click();
    await caseOpened(page, "shoes-fell");
    expect(opened.trouble).toEqual([]);
  });

  test("a suite shows its figures with intervals and thresholds, a judge as such, its trend with values, and why it could not run", async () => {
    await using opened = await openReport();
    const card = opened.page.locator(".card", { hasText: "evals/support/" });
    const text = await card.innerText();
    for (const part of ["57 %", "27–83 likely", "Threshold 90 %", "1 worse, 1 better of 7", "pass^5", "tone judge"]) {
      expect(text).toContain(part);
    }
    expect(await card.getByRole("img").getAttribute("aria-label")).toMatch(/6 runs, the oldest first: 50 %, .* 83 %/);
    expect(await opened.page.locator(".card .alert").innerText()).toContain('There is no graph "dsek".');
  });

  test("a case shows what changed against the baseline, and its whole trajectory", async () => {
    await using opened = await openReport({ hash: caseHash("shoes-fell") });
    const { page } = opened;
    await caseOpened(page, "shoes-fell");
    const difference = page.locator(".difference");
    expect(await difference.locator("del").allTextContents()).toEqual(
      expect.arrayContaining(["28", "researcher", "docs/returns-0.md"]),
    );
    expect(await difference.locator("ins").allTextContents()).toEqual(expect.arrayContaining(["14", "analyst"]));
    const text = await page.locator("#view").innerText();
    for (const part of [
      "A customer asked this on the phone.",
      "expected researcher, went to analyst",
      'search_docs({"query":"return unworn shoes"})',
      "It holds a number.",
      "docs/returns-1.md:12–18",
      "847 ms · 908 tokens",
    ])
      expect(text).toContain(part);
    const model = page.locator(".span.model");
    expect(await model.innerText()).toContain("600 ms\n908 tokens");
    await model.locator("summary").click();
    expect(await model.innerText()).toContain("Answer from the passages.");
    const bars = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.span rect')].map((one) => Number(one.getAttribute('x')))",
    );
    expect(bars).toEqual(bars.toSorted((a, b) => a - b));
    expect(await page.locator(".span.bad").innerText()).toContain("failed");
    expect(opened.trouble).toEqual([]);
  });

  test("each trial can be opened, and the first that failed is", async () => {
    await using opened = await openReport({ hash: caseHash("shoes-varied") });
    await caseOpened(opened.page, "shoes-varied");
    const open = opened.page.locator(".trial[open] > summary");
    expect(await open.allInnerTexts()).toEqual(["✗\nTrial 4"]);
    expect(await opened.page.locator(".trial").count()).toBe(5);
  });

  test("what is thrown is shown with its stack, and so are interrupts and the answers to them", async () => {
    await using opened = await openReport({ hash: caseHash("tool-is-down") });
    await opened.page.locator("#view").getByText("Stack", { exact: true }).click();
    expect(await opened.page.locator("#view").innerText()).toContain("at find (shop.ts:12:3)");
    await opened.page.goto(`${opened.page.url().split("#")[0]}${caseHash("asks-a-person")}`);
    await caseOpened(opened.page, "asks-a-person");
    const text = await opened.page.locator("#view").innerText();
    expect(text).toContain('"question": "Refund 900?"');
    expect(text).toContain('"approved": true');
  });

  test("filters and the search narrow the list, and the address opens the same view", async () => {
    await using opened = await openReport();
    const { page } = opened;
    expect(await visibleIds(page)).toHaveLength(10);
    await page.getByRole("radio", { name: "Failed 4" }).check();
    expect(await visibleIds(page)).toEqual([
      "shoes-fell",
      "shoes-varied",
      "tool-is-down",
      expect.stringContaining("attack"),
    ]);
    await page.getByRole("combobox", { name: "scorer" }).selectOption("error");
    await page.getByRole("combobox", { name: "tag" }).selectOption("faults");
    expect(await visibleIds(page)).toEqual(["tool-is-down"]);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("searchbox").fill("14 DAYS unworn");
    expect(await visibleIds(page)).toEqual(["shoes-fell"]);
    expect(await page.locator("#count").innerText()).toBe("1 of 10 cases");
    await page.getByRole("radio", { name: "Regressed 1" }).check();

    await using again = await openReport({ hash: new URL(page.url()).hash });
    expect(await visibleIds(again.page)).toEqual(["shoes-fell"]);
    expect(await again.page.getByRole("searchbox").inputValue()).toBe("14 DAYS unworn");
    expect(await again.page.getByRole("radio", { name: "Regressed 1" }).isChecked()).toBe(true);
    await again.page.getByRole("searchbox").fill("nothing like this");
    expect(await again.page.getByText("No case is like this.").isVisible()).toBe(true);
    expect([...opened.trouble, ...again.trouble]).toEqual([]);
  });

  test("a case opens by keyboard, the next one follows within the filter, and going back finds the list as it was", async () => {
    await using opened = await openReport({ hash: "#status=failed" });
    const { page } = opened;
    await page.locator("#list a").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await caseOpened(page, "shoes-varied");
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
    expect(await page.locator("#position").innerText()).toBe("2 of 4");
    await page.getByRole("link", { name: "Next" }).click();
    await caseOpened(page, "tool-is-down");
    await page.goBack();
    await caseOpened(page, "shoes-varied");
    await page.keyboard.press("Escape");
    await page.locator("#overview").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toContain("shoes-varied");
    expect(await visibleIds(page)).toHaveLength(4);
    expect(opened.trouble).toEqual([]);
  });

  test("the raw JSON can be copied, and an address of no case says so", async () => {
    await using opened = await openReport({
      hash: caseHash("shoes-rose"),
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await opened.page.getByText("Raw JSON").click();
    await opened.page.getByRole("button", { name: "Copy" }).click();
    await opened.page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await opened.page.evaluate<string>("navigator.clipboard.readText()");
    const { suites } = makeReport().run;
    expect(JSON.parse(copied)).toEqual(JSON.parse(JSON.stringify(suites[0]!.cases[1])));
    await opened.page.goto(`${opened.page.url().split("#")[0]}${caseHash("gone")}`);
    await opened.page.getByText('This run has no case "support > gone".').waitFor();
  });

  test("hostile text stays text, wherever it stands", async () => {
    await using opened = await openReport({ hash: caseHash(`attack ${hostile}`) });
    const { page } = opened;
    await caseOpened(page, "attack");
    await page.evaluate(openAll);
    const text = await titleOf(page);
    expect(text).toContain("<img src=x onerror=window.hacked=2>\"'><svg/onload=window.hacked=3>");
    expect(text, "what cannot be seen").toContain("⟨U+2028⟩⟨U+202E⟩gnp.exe⟨U+0000⟩⟨U+001B⟩");
    expect(await page.evaluate("'hacked' in window")).toBe(false);
    expect(await page.locator("img, #view script, a[href^=javascript]").count()).toBe(0);
    await page.locator("#view header").getByRole("link", { name: "</script>" }).click();
    expect(await visibleIds(page)).toEqual([expect.stringContaining("attack")]);
    expect(await page.getByRole("combobox", { name: "tag" }).inputValue()).toContain("</script>");
    expect(opened.trouble).toEqual([]);
  });

  test("its policy lets nothing in: no other script, no request, no style from outside", async () => {
    await using opened = await openReport();
    const { page } = opened;
    await page.evaluate(`
      document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="window.hacked = 1">');
      const script = document.createElement("script");
      script.textContent = "window.hacked = 2";
      document.body.append(script);
      fetch("https://example.com/").catch(() => undefined);
    `);
    expect(await page.evaluate("'hacked' in window")).toBe(false);
    for (const what of ["inline script", "inline event handler", "Connecting to 'https://example.com/'"]) {
      expect(opened.trouble).toContainEqual(expect.stringMatching(`${what}.* Content Security Policy`));
    }
  });

  test.for([
    ["phone", "light"],
    ["phone", "dark"],
    ["desk", "light"],
    ["desk", "dark"],
  ] as const)("on a %s in %s axe finds nothing, and nothing is wider than the page", async ([device, colorScheme]) => {
    const context = { ...(device === "phone" ? phone : desk), colorScheme };
    await using opened = await openReport(context);
    const { page } = opened;
    await page.evaluate(axe.source);
    for (const hash of ["#", caseHash("shoes-fell"), caseHash("shoes-varied"), caseHash(`attack ${hostile}`)]) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      if (hash !== "#") await caseOpened(page, new URLSearchParams(hash.slice(1)).get("case")!.slice(10, 20));
      await page.evaluate(openAll);
      const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]),
        hash,
      ).toEqual([]);
      const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(wide, hash).toBeLessThanOrEqual(0);
    }
  });

  test("on a phone whatever can be tapped is at least 40 pixels high", async () => {
    await using opened = await openReport({ ...phone, hash: caseHash("shoes-fell") });
    const { page } = opened;
    await caseOpened(page, "shoes-fell");
    await page.evaluate(openAll);
    const small = () =>
      page.evaluate(`[...document.querySelectorAll("a, button, select, input, summary")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 40)
        .map((one) => one.outerHTML + one.getBoundingClientRect().height)`);
    expect(await small()).toEqual([]);
    await page.getByRole("link", { name: "All cases" }).click();
    expect(await small()).toEqual([]);
  });

  test.for([
    [300, "real"],
    [1000, "small"],
  ] as const)("%i cases of %s size make a page of at most 3 MB that opens in seconds", async ([count, size]) => {
    const report = makeLargeReport(count, size);
    expect(renderHtml(report).length).toBeLessThan(3e6);
    await using opened = await openReport({ report });
    const { page } = opened;
    const [nodes, ms] = await page.evaluate<[number, number]>(
      "[document.querySelectorAll('*').length, performance.getEntriesByType('navigation')[0].duration]",
    );
    expect(nodes).toBeLessThan(20 * count + 500);
    expect(ms).toBeLessThan(5_000);
    await page.getByRole("searchbox").fill("case-7");
    expect(await visibleIds(page)).toContain("case-7");
    await page.getByText("case-7", { exact: true }).click();
    await caseOpened(page, "case-7");
  });
});

test("calls that are each other's parent, or below themselves very deep, are shown as far as it is seen", () => {
  const { run, ...report } = makeReport();
  const { observation } = run.suites[0]!.cases[0]!.trials[0]!;
  const [span] = observation.spans;
  const link = (span_id: string, parent_id: string) => ({ ...span!, span_id, parent_id });
  const deep = Array.from({ length: 20_000 }, (_, index) => link(`${index}`, `${index + 1}`));
  observation.spans = [link("a", "b"), link("b", "a"), link("c", "c"), link("d", "gone"), ...deep];
  expect(renderHtml({ ...report, run })).toContain("</html>");
});

test("a run without a case, and one that was stopped, have a report too", () => {
  const { run, ...report } = makeReport();
  const empty = renderHtml({ ...report, run: { ...run, status: "interrupted", suites: [] }, history: [] });
  expect(empty).toContain("No case ran.");
  expect(empty).toContain("It was stopped early");
});
