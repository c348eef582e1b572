import { afterEach, expect, test, vi } from "vitest";
import { alignRequests } from "./align-requests.ts";

afterEach(() => void vi.unstubAllEnvs());

const [own, other, recorded, given] = ["a", "b", "c", "d"].map(
  (digit) => `${digit.repeat(8)}-8b86-4d01-b42d-00c04fc964ff`,
);
const at = (time: string) => Date.parse(time);
const then = { began: at("2026-01-02T10:00:00Z"), asked: at("2026-01-02T11:00:00Z") };
const now = { began: at("2030-05-06T20:00:00Z"), asked: at("2030-05-06T21:00:00Z"), ids: [own, other, undefined] };

const align = (made: string, kept: string, known: [string, string][] = []) =>
  alignRequests({ text: made, ...now }, { text: kept, ...then }, new Map(known));

test.each([
  ["its own id for a recorded one", `of ${own}`, `of ${recorded}`, [[own, recorded]]],
  [
    "its ids, each for one",
    `${own} ${other} ${own}`,
    `${recorded} ${given} ${recorded}`,
    [
      [own, recorded],
      [other, given],
    ],
  ],
  ["a time of its own", "at 2030-05-06T20:30:00.123Z", "at 2026-01-02T10:30:00Z", []],
  ["a time in another zone", "at 2030-05-06T22:30:00+02:00", "at 2026-01-02T05:30:00-0500", []],
  ["a time behind a space", "at 2030-05-06 20:30:00", "at 2026-01-02 10:30:00", []],
  ["its day", "Today is 2030-05-06.", "Today is 2026-01-02.", []],
  ["its day in words", "Today is Monday, May 6, 2030.", "Today is Friday, January 2, 2026.", []],
  ["its day as people write it", "on 6 May 2030", "on 2 January 2026", []],
  ["what toString says", "Mon May 06 2030 20:30:00 GMT+0000", "Fri Jan 02 2026 10:30:00 GMT+0000", []],
  ["what toLocaleString says", "at 5/6/2030, 8:30:00 PM", "at 1/2/2026, 10:30:00 AM", []],
  ["a minute that began before it", "at 2030-05-06T19:59Z", "at 2026-01-02T09:59Z", []],
])("a run says %s", (_, made, kept, twins) => {
  expect([...align(made, kept)!]).toEqual(twins);
});

test("a time without a zone may be of UTC or of this machine", () => {
  vi.stubEnv("TZ", "Asia/Tokyo");
  expect(align("at 2030-05-06T20:30", "at 2026-01-02T19:30")).toBeDefined();
});

test.each([
  ["an id that is not its own", `of ${given}`, `of ${recorded}`],
  ["one id for two", `${own} ${own}`, `${recorded} ${given}`],
  ["two ids for one", `${own} ${other}`, `${recorded} ${recorded}`],
  ["an id in the place of a time", `at ${own}`, "at 2026-01-02T10:30:00Z"],
  ["a time before it", "at 2030-05-06T19:00:00Z", "at 2026-01-02T10:30:00Z"],
  ["a time after it", "at 2030-05-06T22:30:00Z", "at 2026-01-02T10:30:00Z"],
  ["its time where another was recorded", "at 2030-05-06T20:30:00Z", "at 2026-01-01T10:30:00Z"],
  ["another day than its own", "on 2030-05-08", "on 2026-01-02"],
  ["its day where another was recorded", "on 6 May 2030", "on 23 March 2024"],
  ["other words beside", `of ${own}!`, `of ${recorded}`],
  ["less", `of ${own}`, `of ${recorded}${given}`],
  ["more", `of ${own} ${own}`, `of ${recorded}`],
])("a run that says %s asks something else", (_, made, kept) => {
  expect(align(made, kept)).toBeUndefined();
});

test("an id stands for the one that it stood for before", () => {
  expect(align(own!, given!, [[own!, recorded!]])).toBeUndefined();
  expect(align(other!, recorded!, [[own!, recorded!]])).toBeUndefined();
  expect(align(own!, recorded!, [[own!, recorded!]])).toBeDefined();
});
