import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import type { Gate } from "../../evals/gate/gate.ts";
import { makeFolderForFile } from "../fixtures/make-temporary-folder.ts";

/** A regression that somebody could commit, and the suite that must notice it. */
interface Fault {
  name: string;
  file: string;
  /** What stands in the file, exactly once, and what it becomes. */
  from: string;
  to: string;
  suite: string;
  /** Run every suite, as in CI; else only the one that must notice. */
  whole?: boolean;
}

const faults: Fault[] = [
  {
    name: "retrieval gives one passage",
    file: "retrieval/search.ts",
    from: "{ limit = 6, context }",
    to: "{ limit = 1, context }",
    suite: "retrieval",
    whole: true,
  },
  {
    name: "the router's margin is 0",
    file: "nodes/orchestrator/route-question.ts",
    from: "const margin = 0.35;",
    to: "const margin = 0;",
    suite: "routing",
    whole: true,
  },
  {
    name: "a rule of a prompt is gone",
    file: "prompts/answer.ts",
    from: " Cite no number that is not there.",
    to: "",
    suite: "prompts",
    whole: true,
  },
  {
    name: "a prompt leaves the earlier questions out",
    file: "prompts/answer.ts",
    from: "question: turn.question, ",
    to: "",
    suite: "memory",
  },
  {
    name: "a tool has another name",
    file: "tools/calculate.ts",
    from: 'name: "calculate"',
    to: 'name: "evaluate"',
    suite: "tools",
    whole: true,
  },
  {
    name: "citations are numbered from 0",
    file: "nodes/orchestrator/cite-passages.ts",
    from: "passages[number - 1]",
    to: "passages[number]",
    suite: "orchestrator",
  },
  {
    name: "a question may be as long as it likes",
    file: "nodes/orchestrator/guard.ts",
    from: "longestQuestion = 8_000",
    to: "longestQuestion = 8_000_000",
    suite: "safety",
  },
  {
    name: "no turn is remembered",
    file: "nodes/orchestrator/remember.ts",
    from: "[...turns, turn].slice(-turnsKept)",
    to: "turns",
    suite: "memory",
  },
  {
    name: "misspelt words stay as they are",
    file: "retrieval/read-question.ts",
    from: "isRight ? undefined : await fixSpelling(documents, token.word)",
    to: "isRight ? undefined : (void fixSpelling, undefined)",
    suite: "retrieval",
  },
  {
    name: "foreign text is not escaped where it is marked",
    file: "models/marked-text.ts",
    from: "escapeText(text)}",
    to: "text}",
    suite: "safety",
  },
  {
    name: "arithmetic is done in binary",
    file: "tools/arithmetic/evaluate-expression.ts",
    from: "text: (exact ? value : value.toSignificantDigits(20)).toFixed()",
    to: "text: String(value.toNumber())",
    suite: "orchestrator",
  },
];

const root = resolve(import.meta.dirname, "../..");
const copy = makeFolderForFile();
const minute = 60_000;

beforeAll(() => {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const path of listed.toString().split("\0").filter(Boolean)) {
    // Deleted, and not committed yet.
    if (!existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});

/** `troupe eval --json` in the copy, to its end: the code it ended with, and what it printed. */
function runEvals(...given: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve: answer } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
  const args = ["cli/main.ts", "eval", "--json", ...given];
  const child = execFile(process.execPath, args, { cwd: copy, maxBuffer: 1e8 }, (_error, stdout, stderr) =>
    answer({ code: child.exitCode ?? -1, stdout, stderr }),
  );
  return promise;
}

test.for(faults)("the gate fails and says where: $name", { timeout: 2 * minute }, async (fault) => {
  const path = join(copy, fault.file);
  const original = readFileSync(path, "utf8");
  expect(original.split(fault.from), `"${fault.from}" stands once in ${fault.file}`).toHaveLength(2);
  onTestFinished(() => writeFileSync(path, original));
  writeFileSync(
    path,
    original.replace(fault.from, () => fault.to),
  );

  const { code, stdout, stderr } = await runEvals(...(fault.whole ? [] : [`evals/suites/${fault.suite}/`]));
  expect(code, stdout + stderr).toBe(1);
  const { folder, gate } = JSON.parse(stdout) as { folder: string; gate: Gate };
  const regressions = gate.findings.filter(({ kind, suite }) => kind === "regression" && suite === fault.suite);
  expect(regressions, stdout).not.toEqual([]);
  const report = readFileSync(join(copy, folder, "report.md"), "utf8");
  for (const { id, level } of regressions) {
    expect(level).toBe("failure");
    expect(report).toContain(id);
  }
});

test("ten runs with nothing changed pass, also two at a time", { timeout: 10 * minute }, async () => {
  const lanes = ["one", "other"].map(async (lane) => {
    for (let go = 1; go <= 5; go += 1) {
      const { code, stdout, stderr } = await runEvals("--output", `.troupe/${lane}`);
      expect(code, `run ${go} of the ${lane} lane: ${stdout}${stderr}`).toBe(0);
    }
  });
  await Promise.all(lanes);
});
