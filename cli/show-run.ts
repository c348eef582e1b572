import { styleText } from "node:util";
import { type ErrorCode, errorStatus, TroupeError } from "../errors.ts";
import { spellOut } from "../evals/report/spell-out.ts";

/** One event of a run's stream, as the SDK gives it. */
export interface StreamPart {
  event: string;
  data: unknown;
}

/** Where a run is shown: the answer goes to `answer`, the steps that led to it to `steps`. */
export interface Screen {
  answer(text: string): void;
  steps(line: string): void;
}

/** The parts of a run that the command goes on with. */
export interface ShownRun {
  run_id?: string;
  /** The text of the message that was written last, as far as it was shown. */
  text: string;
  interrupts: unknown[];
}

/** Why a run failed: the code and hint of an error for people, else the name of what was thrown. */
interface WireError {
  error: string;
  message?: string;
  hint?: string;
}

type Update = { route?: { step: string; reason: string; workers?: string[] } | null } | null;

/**
 * Shows a run while it goes on: the tokens of the answer, and a line for each node that has ended, with the reason
 * of a routing decision where there is one. Throws what the run ended with when it failed.
 */
export async function showRun(stream: AsyncIterable<StreamPart>, screen: Screen): Promise<ShownRun> {
  const run: ShownRun = { text: "", interrupts: [] };
  let message: string | undefined;
  // Steps that end while an answer stands on the screen: shown once another message follows, else of no interest.
  let held: string[] = [];
  const endLine = () => {
    if (run.text && !run.text.endsWith("\n")) screen.answer("\n");
  };
  for await (const { event, data } of stream) {
    if (event === "metadata") {
      const { run_id, attempt } = data as { run_id: string; attempt?: number };
      run.run_id = run_id;
      if (attempt === undefined || attempt === 1) continue;
      endLine();
      Object.assign(run, { text: "", interrupts: [] });
      screen.steps(`the server began attempt ${attempt} of the run`);
    } else if (event === "messages") {
      const [chunk] = data as [{ id?: string; type: string; content: unknown }];
      const text = /^ai/i.test(chunk.type) ? textOf(chunk.content) : "";
      if (!text) continue;
      if (chunk.id !== message) {
        endLine();
        for (const line of held) screen.steps(line);
        held = [];
        message = chunk.id;
        run.text = "";
      }
      run.text += text;
      screen.answer(text);
    } else if (event === "updates") {
      const { __interrupt__, ...nodes } = data as Record<string, Update> & { __interrupt__?: unknown };
      if (Array.isArray(__interrupt__)) run.interrupts.push(...__interrupt__);
      const steps = Object.entries(nodes).map(([node, update]) => describeStep(node, update));
      if (run.text) held.push(...steps);
      else for (const line of steps) screen.steps(line);
    } else if (event === "error") {
      endLine();
      throw toError(data as WireError);
    }
  }
  return run;
}

/** The text of a message's content, which is a string or a list of blocks. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((block: { type?: string; text?: string }) => (block.type === "text" ? (block.text ?? "") : ""))
    .join("");
}

function toError({ error, message = error, hint }: WireError): TroupeError {
  const code = error in errorStatus ? (error as ErrorCode) : "internal_error";
  return new TroupeError(code, `The run failed: ${message}`, {
    hint: hint ?? "The server's log has the cause; the thread keeps what was committed.",
  });
}

function describeStep(node: string, update: Update): string {
  const route = update?.route;
  // A turn that calls no worker, such as a greeting, is answered at once.
  return route ? `${node} → ${route.workers?.join(", ") || "respond"} (${route.step}: ${route.reason})` : node;
}

/**
 * The terminal: the answer on stdout, so that a pipe gets nothing else, and dim lines of steps on stderr. A pipe gets the text as it
 * is; on a screen a model commands nothing.
 */
export const terminal: Screen = {
  answer: (text) => void process.stdout.write(process.stdout.isTTY ? spellOut(text) : text),
  steps: (line) => console.error(styleText("dim", `· ${spellOut(line)}`, { stream: process.stderr })),
};
