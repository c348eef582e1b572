import { expect, test, vi } from "vitest";
import { showRun, type StreamPart, terminal } from "./show-run.ts";

/** Shows these parts, and answers what stands on the screen: steps in brackets, the answer as it is. */
async function show(parts: StreamPart[]) {
  let screen = "";
  async function* stream() {
    yield* parts;
  }
  const run = await showRun(stream(), {
    answer: (text) => void (screen += text),
    steps: (line) => void (screen += `[${line}]`),
  });
  return { screen, run };
}

const token = (id: string, content: unknown, type = "AIMessageChunk"): StreamPart => ({
  event: "messages",
  data: [{ id, type, content }, {}],
});
const update = (nodes: Record<string, unknown>): StreamPart => ({ event: "updates", data: nodes });

test("steps come before the answer, with the reason of the routing, and none between its words", async () => {
  const route = { step: "rule", reason: "it has an operator", workers: ["analyst"] };
  const { screen } = await show([
    update({ guard: null }),
    update({ supervise: { route } }),
    token("a", "It is "),
    update({ respond: {} }),
    token("a", "446."),
  ]);
  expect(screen).toBe("[guard][supervise → analyst (rule: it has an operator)]It is 446.");
});

test("a routing that calls no worker goes to the answer", async () => {
  const route = { step: "rule", reason: "a greeting", workers: [] };
  expect((await show([update({ supervise: { route } })])).screen).toBe("[supervise → respond (rule: a greeting)]");
});

test("a second message begins on a line of its own, after the steps between the two", async () => {
  const { screen, run } = await show([
    token("a", "Wait."),
    update({ tools: {} }),
    token("b", [{ type: "text", text: "Done." }]),
  ]);
  expect(screen).toBe("Wait.\n[tools]Done.");
  expect(run.text).toBe("Done.");
});

test("only what a model writes is shown", async () => {
  expect((await show([token("h", "Hello?", "human"), token("t", "{}", "tool")])).screen).toBe("");
});

test("a new attempt drops the unfinished text and says so", async () => {
  const { screen, run } = await show([
    { event: "metadata", data: { run_id: "r", attempt: 1 } },
    token("a", "Half an ans"),
    { event: "metadata", data: { run_id: "r", attempt: 2 } },
    token("b", "A whole answer."),
  ]);
  expect(screen).toBe("Half an ans\n[the server began attempt 2 of the run]A whole answer.");
  expect(run).toMatchObject({ run_id: "r", text: "A whole answer." });
});

test("what a graph asks of a person is collected", async () => {
  const { run } = await show([update({ __interrupt__: [{ value: "Publish?" }] })]);
  expect(run.interrupts).toEqual([{ value: "Publish?" }]);
});

test("an error of the run is thrown, with its code and hint where it has them", async () => {
  const known = show([
    { event: "error", data: { error: "model_failed", message: "No model answers.", hint: "Wait." } },
  ]);
  await expect(known).rejects.toMatchObject({ code: "model_failed", hint: "Wait." });
  const failed = show([{ event: "error", data: { error: "RangeError", message: "The tide is out." } }]);
  await expect(failed).rejects.toMatchObject({ code: "internal_error", message: "The run failed: The tide is out." });
});

test("on a screen the words of a model command nothing, and a pipe gets them as they are", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const { isTTY } = process.stdout;
  try {
    for (const screen of [true, false]) {
      process.stdout.isTTY = screen;
      terminal.answer("28 days\u001B[2J");
    }
    expect(write.mock.calls).toEqual([["28 days⟨U+001B⟩[2J"], ["28 days\u001B[2J"]]);
  } finally {
    process.stdout.isTTY = isTTY;
    write.mockRestore();
  }
});
