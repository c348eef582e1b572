import { styleText } from "node:util";
import { checkChroma } from "./checks/check-chroma.ts";
import { checkDataFolder } from "./checks/check-data-folder.ts";
import { checkGraphs } from "./checks/check-graphs.ts";
import { checkModels } from "./checks/check-models.ts";
import { checkPort } from "./checks/check-port.ts";
import { checkRuntime } from "./checks/check-runtime.ts";
import type { Check } from "./checks/finding.ts";

const checks: Check[] = [checkRuntime, checkDataFolder, checkPort, checkGraphs, checkModels, checkChroma];
const colors = { ok: "green", warn: "yellow", fail: "red" } as const;

/** Looks at all that Troupe needs, and says what would go wrong and the fix. Exit code 1 where something fails. */
export async function doctor({ json }: { json?: boolean }): Promise<void> {
  const findings = (await Promise.all(checks.map((check) => check()))).flat();
  if (findings.some(({ status }) => status === "fail")) process.exitCode = 1;
  if (json) {
    console.log(JSON.stringify(findings, null, 2));
    return;
  }
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, status, message, fix } of findings) {
    console.log(`${styleText(colors[status], status.padEnd(4))}  ${name.padEnd(width)}  ${message}`);
    if (fix) console.log(`${" ".repeat(width + 8)}${styleText("cyan", "fix:")} ${fix}`);
  }
}
