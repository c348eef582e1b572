import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { collect } from "./collect.ts";
import { ScriptedChatModel } from "./scripted-chat-model.ts";

const add = tool(() => "", { name: "add", description: "Adds.", schema: z.object({ a: z.number() }) });

describe("a scripted model", () => {
  test("plays its lines in order and records what it was asked", async () => {
    const model = new ScriptedChatModel([{ toolCalls: [{ name: "add", args: { a: 1 } }] }, "It is 1."]);
    const call = await model.bindTools([add]).invoke("Add 1.");
    const reply = await model.invoke([new HumanMessage("And?")]);
    expect(call.tool_calls).toEqual([expect.objectContaining({ name: "add", args: { a: 1 } })]);
    expect(reply.text).toBe("It is 1.");
    expect(model.calls.map(({ messages, tools }) => [messages.at(-1)?.text, tools])).toEqual([
      ["Add 1.", ["add"]],
      ["And?", []],
    ]);
    model.assertFinished();
  });

  test("streams text and calls in pieces, with the usage of the line", async () => {
    const line = { text: "One two.", toolCalls: [{ name: "add", args: { a: 1000 } }], usage: { input: 5, output: 2 } };
    const model = new ScriptedChatModel([line]);
    const chunks = await collect(model.stream("hi"));
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));
    expect(chunks.length).toBeGreaterThan(5);
    expect([whole.text, whole.tool_calls?.[0]?.args]).toEqual(["One two.", { a: 1000 }]);
    expect(whole.usage_metadata).toMatchObject({ input_tokens: 5, output_tokens: 2, total_tokens: 7 });
  });

  test("gives a structured line to the schema that was asked for, and refuses it where none was", async () => {
    const schema = z.object({ good: z.boolean() });
    const model = new ScriptedChatModel([
      { structured: { good: true } },
      { structured: { good: "no" } },
      { structured: {} },
    ]);
    expect(await model.withStructuredOutput(schema).invoke("x")).toEqual({ good: true });
    await expect(model.withStructuredOutput(schema).invoke("x")).rejects.toThrow("good");
    await expect(model.invoke("x")).rejects.toThrow("asked for no schema");
  });

  test("throws an error of the script, and answers by a function of the call", async () => {
    const model = new ScriptedChatModel([
      new Error("over the limit"),
      ({ messages }) => `You said ${messages[0]?.text}.`,
    ]);
    await expect(model.invoke("hi")).rejects.toThrow("over the limit");
    expect((await model.invoke("hi")).text).toBe("You said hi.");
  });

  test("says which call came after the last line, and which lines are left", async () => {
    const model = new ScriptedChatModel(["One."]);
    expect(() => model.assertFinished()).toThrow("1 of 1 lines left");
    await model.invoke("first");
    await expect(model.invoke("second")).rejects.toThrow('this is call 2, after the message "second"');
  });

  test("begins late where a line says so, unless it is aborted", async () => {
    const model = new ScriptedChatModel([
      { text: "Late.", delay: 20 },
      { text: "Never.", delay: 60_000 },
    ]);
    const begun = performance.now();
    expect((await model.invoke("1")).text).toBe("Late.");
    expect(performance.now() - begun).toBeGreaterThan(15);
    await expect(model.invoke("2", { signal: AbortSignal.timeout(5) })).rejects.toThrow();
  });

  test("breaks off in the middle of a stream where a line has an error", async () => {
    const model = new ScriptedChatModel([{ text: "Half of it", error: new Error("Connection lost.") }]);
    const texts: string[] = [];
    const read = async () => {
      for await (const { text } of await model.stream("hi")) texts.push(text);
    };
    await expect(read()).rejects.toThrow("Connection lost.");
    expect(texts.join("")).toBe("Half of it");
  });

  test("makes several calls at once, and answers in any order by one function", async () => {
    const both = {
      toolCalls: [
        { name: "add", args: { a: 1 } },
        { name: "add", args: { a: 2 } },
      ],
    };
    const model = new ScriptedChatModel(({ messages }) => (messages.at(-1)?.text === "Add." ? both : "No."));
    const [no, yes] = await model.batch(["?", "Add."]);
    expect([no?.text, yes?.tool_calls?.map(({ args, id }) => [args, id])]).toEqual([
      "No.",
      [
        [{ a: 1 }, "call_2_1"],
        [{ a: 2 }, "call_2_2"],
      ],
    ]);
    model.assertFinished();
  });
});
