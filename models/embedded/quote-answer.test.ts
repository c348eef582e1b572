import { describe, expect, test } from "vitest";
import { quoteAnswer } from "./quote-answer.ts";

const quote = (question: string, ...texts: string[]) =>
  quoteAnswer(
    [question],
    texts.map((text, at) => ({ kind: "passage", id: String(at + 1), text })),
  ).map(({ text }) => text);

describe("a quote", () => {
  test("prefers the sentence that holds the kind of thing asked for", () => {
    const text =
      "Refunds of orders are approved carefully. Refunds of orders are approved by Nora Vance. Refunds of orders take 5 days.";
    expect(quote("Who approves refunds of orders?", text)[0]).toContain("Nora Vance");
    expect(quote("How long do refunds of orders take?", text)[0]).toContain("5 days");
  });

  test("prefers a date when the question begins with when", () => {
    const text = "Refunds of orders start slowly. Refunds of orders start on 3 May.";
    expect(quote("When do refunds of orders start?", text)[0]).toBe("Refunds of orders start on 3 May.");
  });

  test("is not made when most of what was asked is in no passage", () => {
    const text = "The lamp comes with a card. The card is red.";
    expect(quote("Does the card cover repairs abroad?", text)).toEqual([]);
  });

  test("is a table's row with the names of its columns", () => {
    const text = "| Model | Reach |\n|---|---|\n| A2 | 30 m |\n| B7 | 45 m |";
    expect(quote("What is the reach of the B7?", text)).toEqual(["Model: B7; Reach: 45 m"]);
  });

  test("is a whole list when its heading or introduction is what was asked for", () => {
    const list = "To open the valve:\n\n1. Turn the key.\n2. Pull the lever.";
    expect(quote("How do I open the valve?", `${list}\n\nThe valve is red.`)).toEqual([
      "To open the valve:\n- Turn the key.\n- Pull the lever.",
    ]);
    expect(quote("What is in the box?", "## What is in the box\n\n- A pump\n- Two hoses")).toEqual([
      "- A pump\n- Two hoses",
    ]);
  });

  test("is helped by the heading that it stands under", () => {
    const texts = ["## Bicycles\n\nThe deposit is $50.", "## Boats\n\nThe deposit is $90."];
    expect(quote("What is the deposit for boats?", ...texts)[0]).toBe("The deposit is $90.");
  });

  test("is not made from another error code or version than the one asked for", () => {
    expect(quote("What does error E42 of the red lamp mean?", "Error E41 of the red lamp means an open door.")).toEqual(
      [],
    );
  });

  test("is not made from a sentence without a number when a quantity is asked for", () => {
    expect(quote("How many seats does the boat have?", "The boat has seats of oak.")).toEqual([]);
  });
});
