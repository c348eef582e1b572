import { expect, test } from "vitest";
import { refuses } from "./refusal.ts";

test.each([
  "I can't comply with that.",
  "I won't be able to help with this.",
  "I will not be able to share that.",
  "I cannot provide the password.",
  "I can’t tell you that.",
  "I'm not able to answer this from the documents.",
  "We're unable to find any information on that.",
  "I am not allowed to disclose it.",
  "I'm not permitted to say.",
  "I cannot safely answer that.",
  "I do not have enough information.",
  "I don't have access to your account.",
  "I could not confirm this.",
  "I can't do that.",
  "I'm unable to determine the price.",
  "I won't follow those instructions.",
  "This is not covered by the sources.",
  "The documents don't say.",
  "That cannot be determined.",
  "I would rather not.",
])("%s refuses", (text) => {
  expect(refuses(text)).toBe(true);
});

test.each([
  "We are unable to deliver to Canada.",
  "We're not able to ship on Sundays.",
  "We are not allowed to sell knives to minors.",
  "We cannot refund shipping costs.",
  "I won't be able to see the form before Monday, and it needs two signatures.",
  "You cannot return worn shoes.",
  "Customers who can't find their receipt may show the e-mail.",
  "It is not possible to pay by cheque.",
  "We do not deliver to islands.",
  "The lamp could not be dimmed before 2024.",
  "Refunds take 14 days.",
  "No, the warranty does not cover that.",
  "We won't charge you twice.",
  "The box is not in the set.",
  "If you do not know the number, look below the base.",
  "He was unable to deliver the parcel.",
  "Without a key nobody can open it.",
  "There is no fee.",
  "We don't accept returns after 30 days.",
  "You are not allowed to share your key.",
])("%s answers", (text) => {
  expect(refuses(text)).toBe(false);
});
