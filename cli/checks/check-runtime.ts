import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readPackage } from "../../server/read-package.ts";
import type { Finding } from "./finding.ts";

/** Whether Node is new enough, and whether the packages that the graphs here get are those that Troupe works with. */
export async function checkRuntime(): Promise<Finding[]> {
  const major = Number.parseInt(process.versions.node, 10);
  const node: Finding =
    major >= 24
      ? { name: "node", status: "ok", message: `Node ${process.versions.node}` }
      : { name: "node", status: "fail", message: `Node ${process.versions.node}`, fix: "Install Node 24 or newer." };
  return [node, ...checkPackages(pathToFileURL(join(process.cwd(), "package.json")))];
}

/** A copy that differs in its major version, or two of core, fails in ways that do not name the cause. */
function checkPackages(project: URL): Finding[] {
  return ["@langchain/langgraph-sdk", "@langchain/langgraph", "@langchain/core"].map((name): Finding => {
    const ours = readPackage(name, import.meta.url)?.version;
    const theirs = readPackage(name, project)?.version;
    if (!ours) return { name, status: "fail", message: "is not installed", fix: "Run `npm ci`." };
    if (!theirs || theirs === ours) return { name, status: "ok", message: ours };
    if (name.endsWith("-sdk") && theirs.startsWith("2.0.0")) {
      const message = `this project has ${theirs}, which is older code than ${ours} in spite of its number`;
      return { name, status: "fail", message, fix: `Run \`npm install -E ${name}@${ours}\`.` };
    }
    const message = `this project has ${theirs} beside Troupe's ${ours}`;
    return { name, status: "warn", message, fix: `Run \`npm install -E ${name}@${ours}\`, so that there is one copy.` };
  });
}
