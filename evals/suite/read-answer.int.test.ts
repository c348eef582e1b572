import { AIMessage } from "@langchain/core/messages";
import { Annotation, interrupt, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { runEvalCase as run } from "../../tests/fixtures/run-eval-case.ts";
import { startTestServer } from "../../tests/fixtures/start-test-server.ts";
import { contains } from "../scorers/index.ts";
import { readAnswer } from "./read-answer.ts";

const state = Annotation.Root({ ...MessagesAnnotation.spec, said: Annotation<string> });

/** Repeats what is said, is silent at "hush", and at "wait" asks a person in silence. */
const echo = () =>
  new StateGraph(state)
    .addNode("say", ({ messages }) => {
      const { text } = messages.at(-1)!;
      if (text === "wait") return { said: interrupt<string, string>("What?") };
      return text === "hush" ? { said: "" } : { messages: [new AIMessage(text)] };
    })
    .addEdge(START, "say");

test("a turn that answers nothing has no text, whatever was answered before it", async () => {
  const { url } = await startTestServer({ echo: echo() });
  for (const subject of [{ graph: echo() }, { graph: "echo", url }]) {
    const say = async (...turns: (string | { resume: string })[]) => {
      const { trial, seen } = await run(subject, { turns, expected: { contains: "yes" } }, { scorers: [contains] });
      return [trial.passed, seen.text];
    };
    expect(await say("yes", "hush")).toEqual([false, ""]);
    expect(await say("yes", "wait", { resume: "no" })).toEqual([false, ""]);
    expect(await say("yes", "hush", "yes")).toEqual([true, "yes"]);
    expect(await say("yes", "yes")).toEqual([true, "yes"]);
  }
});

test("an answer without an id is an old one in its old place, and a new one behind it or alone", () => {
  const [asked, yes] = [
    { role: "user", content: "?" },
    { role: "assistant", content: "yes" },
  ];
  const read = (messages: object[], before: object[]) => readAnswer({ messages }, { messages: before });
  expect(read([asked, yes, asked], [asked, yes])).toBe("");
  expect(read([asked, yes, asked, yes], [asked, yes])).toBe("yes");
  expect(read([asked, yes, asked, yes, asked], [asked, yes])).toBe("yes");
  expect(read([yes], [yes])).toBe("yes");
});

test("an answer that was written anew under its id is a new one", () => {
  const messages = (content: string) => ({ messages: [{ type: "ai", id: "1", content }] });
  expect(readAnswer(messages("no"), messages("yes"))).toBe("no");
});
