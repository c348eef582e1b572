import { listMessages, readMessages, textOf } from "./read-messages.ts";

/**
 * The text of the last answer: the assistant's last message, or an output that is a text. Empty where the message stood in the
 * state `before` the turn, since a turn that answers nothing must not pass by an earlier answer.
 */
export function readAnswer(output: unknown, before?: unknown): string {
  if (typeof output === "string") return output;
  const messages = withIds(output);
  const place = messages.findLastIndex(({ type }) => type === "ai");
  const answer = messages[place];
  if (!answer) return "";
  const wasThere = withIds(before).some(({ id, text }, index) => {
    if (text !== answer.text) return false;
    // Without an id it is the same one in its old place, behind which the turn has put something.
    return id === undefined ? index === place && place < messages.length - 1 : id === answer.id;
  });
  return wasThere ? "" : answer.text;
}

function withIds(output: unknown): { id: string | undefined; type: string; text: string }[] {
  const ids = listMessages(output).map(({ id }) => id);
  return readMessages(output).map(({ type, content }, index) => ({ id: ids[index], type, text: textOf(content) }));
}
