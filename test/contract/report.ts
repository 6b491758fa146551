import type { Reporter, TestCase, TestModule } from "vitest/node";

/**
 * Ends a run that included the contract suite with one line: how many cases were asked of both servers, and how many
 * differ; below it each that does, with the fields.
 */
export default class ContractReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const suite = modules.filter(({ project }) => project.name === "contract");
    if (suite.length === 0) return;
    const cases = suite.flatMap(({ children }) => [...children.allTests()]);
    const failed = cases.filter((test) => test.result().state === "failed");
    const differing = failed.filter((test) => differencesOf(test) !== undefined);
    const broken = suite.filter((module) => module.state() === "failed" && module.errors().length > 0);
    const notRun = cases.filter((test) => ["skipped", "pending"].includes(test.result().state));
    const also = [
      failed.length > differing.length && `${failed.length - differing.length} failed`,
      notRun.length > 0 && `${notRun.length} not run`,
      broken.length > 0 && `files that could not be run: ${broken.length}`,
    ].filter((it) => it !== false);
    const word = differing.length === 1 ? "difference" : "differences";
    const lines = [
      `contract: ${[`${cases.length} cases`, `${differing.length} ${word}`, ...also].join(", ")}`,
      ...differing.map((test) => `  ${test.fullName}\n${differencesOf(test)}`),
      ...broken.map((it) => `  ${it.relativeModuleId}: ${it.errors()[0]?.message}`),
      ...failed.filter((test) => !differing.includes(test)).map((test) => `  ${test.fullName}: failed`),
    ];
    process.stdout.write(`\n${lines.join("\n")}\n`);
  }
}

/** The lines with the differing fields; undefined for a test that failed in any other way. */
function differencesOf(test: TestCase): string | undefined {
  const error = test.result().errors?.find(({ message }) => message.includes("(real ≠ embedded)"));
  if (error === undefined) return undefined;
  const paths = error.message.split("\n").filter((line) => line.includes(" ≠ ") && !line.includes("(real ≠ embedded)"));
  return paths
    .slice(0, 8)
    .map((line) => `    ${line.trim().slice(0, 300)}`)
    .join("\n");
}
