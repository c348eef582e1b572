import { describe, expect, test } from "vitest";
import { splitUnits } from "./split-units.ts";

const texts = (text: string) => splitUnits(text).map((unit) => unit.text);

describe("splitting into what can be quoted", () => {
  test("keeps abbreviations, initials, decimals and file names whole", () => {
    expect(texts("Use approx. 2.5 l, e.g. rain water. Ask Dr. J. Moore! See No. 5 in a.b.md. Done?")).toEqual([
      "Use approx. 2.5 l, e.g. rain water.",
      "Ask Dr. J. Moore!",
      "See No. 5 in a.b.md.",
      "Done?",
    ]);
  });

  test("joins wrapped lines and takes Markdown's marks off", () => {
    expect(texts("> A **bold\n> claim** with [a link](https://x.example/a_(b)) and `some_code_here`.")).toEqual([
      "A bold claim with a link and `some_code_here`.",
    ]);
  });

  test("gives each unit the headings above it", () => {
    const [unit] = splitUnits("# Pump\n\n## Care ##\n\nOil it.", "Manual");
    expect(unit).toMatchObject({ text: "Oil it.", context: "Manual > Pump > Care" });
  });

  test("reads underlined titles and the path of headings that a passage begins with", () => {
    expect(splitUnits("Pumps > 2. Care\n## 2. Care\n\nOil it. Press Menu > Off.")).toMatchObject([
      { text: "Oil it.", context: "Pumps > 2. Care > 2. Care" },
      { text: "Press Menu > Off." },
    ]);
    expect(splitUnits("Care of it\n==========\n\nOil it.")).toMatchObject([{ text: "Oil it.", context: "Care of it" }]);
  });

  test("takes HTML's tags off, but not words in angle brackets", () => {
    expect(texts("Write <b>all</b> of it<br> in <thinking> tags.")).toEqual(["Write all of it in <thinking> tags."]);
  });

  test("reads a short first line without an end as a heading, as PDFs have them", () => {
    expect(splitUnits("Care of the pump\nOil it every month and wipe it.")).toMatchObject([
      { text: "Oil it every month and wipe it.", context: "Care of the pump" },
    ]);
    expect(texts("The pump is made in\nLucerne and in Berne.")).toEqual(["The pump is made in Lucerne and in Berne."]);
  });

  test("gives list items, and the list with its introduction", () => {
    expect(splitUnits("Bring:\n- a rope\n  of 10 m\n\n- a lamp")).toMatchObject([
      { text: "a rope of 10 m", kind: "item", context: "Bring:" },
      { text: "a lamp", kind: "item" },
      { text: "Bring:\n- a rope of 10 m\n- a lamp", kind: "group" },
    ]);
  });

  test("names the columns in a table's rows, and leaves rows without a header as they are", () => {
    expect(texts("| Part | Price |\n|:--|--:|\n| Rope | $9 |\n| Lamp | |")).toEqual([
      "Part: Rope; Price: $9",
      "Part: Lamp",
    ]);
    expect(texts("Part | Price\nRope | $9")).toEqual(["Part: Rope; Price: $9"]);
    expect(texts("| Rope | $9 |\n| Lamp | $7 |")).toEqual(["Rope; $9", "Lamp; $7"]);
  });

  test("keeps code as it is, with the line that introduces it", () => {
    expect(texts("Run:\n\n```sh\nnpm ci # twice. Or not.\nnpm start\n```")).toEqual([
      "npm ci # twice. Or not.\nnpm start",
      "Run:\nnpm ci # twice. Or not.\nnpm start",
    ]);
  });
});
