import { expect, test } from "vitest";
import { isJson, readRecords } from "./read-records.ts";

const depots = JSON.stringify(
  {
    updated: "2025-02-01",
    depots: [
      { name: "North", bikes: 85, open: true },
      { name: 'South "2"', tags: ["a", "b"] },
    ],
  },
  null,
  2,
);

test("each innermost object is a record, and what stands outside is one more", () => {
  expect(readRecords(depots)).toEqual([
    "name: North; bikes: 85; open: true",
    'name: South "2"; tags: [ "a", "b" ]',
    "updated: 2025-02-01",
  ]);
});

test("a piece out of the middle of JSON is JSON too, prose is not", () => {
  expect(isJson('      "name": "North",\n      "bikes": 85\n    },')).toBe(true);
  expect(isJson('[1] says: the "name": is short.')).toBe(false);
  expect(isJson("A plain sentence.")).toBe(false);
});
