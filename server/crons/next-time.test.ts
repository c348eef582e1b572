import { expect, test } from "vitest";
import { nextTime } from "./next-time.ts";

/** The next times of a schedule, one after the other. */
function times(schedule: string, timezone: string | null, from: string, count: number): (string | null)[] {
  const found: (string | null)[] = [];
  let at = new Date(from);
  while (found.length < count) {
    const next = nextTime({ schedule, timezone, end_time: null }, at);
    found.push(next);
    at = new Date(next!);
  }
  return found;
}

test("a schedule is read in UTC where no time zone is named, and never names the time it starts from", () => {
  expect(times("*/20 9 * * 1-5", null, "2026-11-20T09:20:00Z", 2)).toEqual([
    "2026-11-20T09:40:00.000Z",
    "2026-11-23T09:00:00.000Z",
  ]);
});

test("a local time keeps its hour through the changes of the clock, and is neither lost nor doubled", () => {
  expect(times("0 9 * * *", "Europe/Rome", "2026-03-28T00:00:00Z", 2)).toEqual([
    "2026-03-28T08:00:00.000Z",
    "2026-03-29T07:00:00.000Z",
  ]);
  // 02:30 is left out on 29 March, where 03:00 is next, and comes twice on 25 October.
  expect(times("30 2 * * *", "Europe/Rome", "2026-03-28T12:00:00Z", 2)).toEqual([
    "2026-03-29T01:00:00.000Z",
    "2026-03-30T00:30:00.000Z",
  ]);
  expect(times("30 2 * * *", "Europe/Rome", "2026-10-24T12:00:00Z", 2)).toEqual([
    "2026-10-25T00:30:00.000Z",
    "2026-10-26T01:30:00.000Z",
  ]);
});

test("behind its end a schedule names no time", () => {
  const schedule = { schedule: "0 9 * * *", timezone: null, end_time: "2026-01-01T09:00:00.000Z" };
  expect(nextTime(schedule, new Date("2026-01-01T08:00:00Z"))).toBe("2026-01-01T09:00:00.000Z");
  expect(nextTime(schedule, new Date("2026-01-01T09:00:00Z"))).toBeNull();
});

test.each(["* * * * * *", "2030-01-01T00:00:00", "@daily", "61 * * * *", "every day at 9 o'clock", ""])(
  'the schedule "%s" is refused',
  (schedule) => {
    expect(() => nextTime({ schedule, timezone: null, end_time: null }, new Date())).toThrow();
  },
);

test("a time zone that is none is refused", () => {
  expect(() => nextTime({ schedule: "* * * * *", timezone: "Mars/Olympus", end_time: null }, new Date())).toThrow();
});
