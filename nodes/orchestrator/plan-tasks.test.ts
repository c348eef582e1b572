import { expect, test } from "vitest";
import { planTasks } from "./plan-tasks.ts";

const plan = async (question: string, context = "") =>
  (await planTasks(question, context)).tasks.map(({ id, worker, question: asked, needs, calculation }) => ({
    id,
    worker,
    asked,
    needs,
    ...(calculation && { expression: calculation.expression, from: calculation.operands.map(({ task }) => task) }),
  }));

test("a calculation waits for the part of the message that its number is in", async () => {
  expect(await plan("A full charge takes how many minutes, and what is 35% of that?")).toEqual([
    { id: "1", worker: "researcher", asked: "A full charge takes how many minutes", needs: [] },
    {
      id: "2",
      worker: "analyst",
      asked: "what is 35% of that?",
      needs: ["1"],
      expression: "35% of ({0})",
      from: ["1"],
    },
  ]);
});

test("the numbers that a calculation names are looked up first, each by a task of its own", async () => {
  expect(await plan("What is the sum of the setup fee and the monthly fee?")).toEqual([
    { id: "1", worker: "researcher", asked: "the setup fee", needs: [] },
    { id: "2", worker: "researcher", asked: "the monthly fee", needs: [] },
    {
      id: "3",
      worker: "analyst",
      asked: "What is the sum of the setup fee and the monthly fee?",
      needs: ["1", "2"],
      expression: "sum({0}, {1})",
      from: ["1", "2"],
    },
  ]);
});

test('"that" at the start of a turn is what the turn before found', async () => {
  expect(await plan("And what is half of that?", "How much is the deposit?")).toEqual([
    {
      id: "1",
      worker: "analyst",
      asked: "And what is half of that?",
      needs: [],
      expression: "({0}) / 2",
      from: [undefined],
    },
  ]);
});

test("a part that leans on the one before has it as context, one that stands alone has not", async () => {
  const { tasks } = await planTasks(
    "How do I claim expenses and who approves them? And how long is the warranty of the robot?",
    "",
  );
  expect(tasks.map(({ context }) => context)).toEqual(["", "How do I claim expenses", expect.any(String)]);
});

test("small talk is no task, and its decision is recorded", async () => {
  const { tasks, decisions } = await planTasks("Thanks a lot!", "");
  expect(tasks).toEqual([]);
  expect(decisions).toMatchObject([{ step: "rule", reason: "it is small talk" }]);
});
