import { expect, test } from "vitest";
import { runEvalCase } from "../../tests/fixtures/run-eval-case.ts";
import { checkOptions } from "./check-options.ts";

test.each([
  [{ scorerz: [] }, 'A suite has no option "scorerz".', 'Did you mean "scorers"?'],
  [{ repeats: 2 }, 'A suite has no option "repeats".', 'Did you mean "repeat"?'],
  [{ colour: "red" }, 'A suite has no option "colour".', expect.stringMatching(/^It has graph, .*threshold/)],
])("an unknown option, %j, is an error with the nearest name", (more, message, hint) => {
  const task = () => 1;
  expect(() => checkOptions({ task, cases: [], ...more })).toThrow(
    expect.objectContaining({ code: "suite_invalid", message, hint }),
  );
});

test("what is no graph is told by its kind", async () => {
  const said = (graph: unknown) =>
    runEvalCase({ graph: graph as never }, { input: 1 }).catch((error: Error) => error.message);
  expect(await said({ foo: 1 })).toContain("is no graph but an object.");
  expect(await said(5)).toContain("is no graph but a number.");
});
