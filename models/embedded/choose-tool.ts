import { isTroupeError } from "../../errors.ts";
import { classifyText } from "./classify-text.ts";
import { fillSchema, type JsonSchema, type Source } from "./fill-schema.ts";
import { findExpression } from "./find-values.ts";
import { readStems } from "./words.ts";

/** A tool as a model is shown it. */
export interface ToolShape {
  name: string;
  description?: string;
  parameters?: JsonSchema;
}

/** A tool to call, and with what. */
export interface ToolChoice {
  name: string;
  args: Record<string, unknown>;
}

/**
 * Picks the tool whose name, description and parameters are nearest to the text and whose required arguments the text
 * holds; a question that is near to none goes to a tool that searches. Undefined when none fits.
 */
export function chooseTool(tools: readonly ToolShape[], source: Source): ToolChoice | undefined {
  const labels = tools.map((tool) => ({ name: tool.name, description: describe(tool) }));
  const near = classifyText(source.text, labels).filter(({ score }) => score > 0);
  const searching = labels.filter(
    ({ description }) => findExpression(source.text) === undefined && searches(description),
  );
  for (const { name } of [...near, ...searching]) {
    const tool = tools.find((one) => one.name === name);
    const args = tool && fillOrSkip(tool, source);
    if (args) return { name, args };
  }
  return undefined;
}

/** The call of a tool that the caller demands; throws `model_needed` when the text does not hold its arguments. */
export function callTool(tool: ToolShape, source: Source): ToolChoice {
  return { name: tool.name, args: fillSchema(tool.parameters ?? {}, source) };
}

function fillOrSkip(tool: ToolShape, source: Source): Record<string, unknown> | undefined {
  try {
    return fillSchema(tool.parameters ?? {}, source);
  } catch (error) {
    if (isTroupeError(error) && error.code === "model_needed") return undefined;
    throw error;
  }
}

const describe = ({ name, description = "", parameters }: ToolShape): string => {
  const fields = Object.entries(parameters?.properties ?? {}).map(
    ([field, shape]) => `${field} ${shape.description ?? ""}`,
  );
  return [name.replaceAll("_", " "), description, ...fields].join("\n");
};

const searches = (description: string) => {
  const stems = new Set(readStems(description));
  return readStems("search retrieve lookup find query").some((stem) => stems.has(stem));
};
