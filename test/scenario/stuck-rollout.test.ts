import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { answered, firstSync, propose, startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  await firstSync(sandbox);
});
afterAll(() => sandbox?.dispose());

const comment = (number: number, what: RegExp) =>
  waitFor(
    `the comment of #${number} has ${what}`,
    () => sandbox.contributor.comment(number),
    (text) => what.test(text ?? ""),
  ).then((text) => text ?? "");

test("a rollout whose pods fit no node says so while it waits, and fails with that and with what still serves", async () => {
  const merged = async (branch: string, edits: { [path: string]: (text: string) => string }) => {
    const number = await propose(sandbox, branch, edits);
    expect((await answered(sandbox, number)).check).toBe("success");
    await sandbox.contributor.merge(number);
    return number;
  };
  const patient = await merged("nowhere", {
    ".trueup.yaml": (text) => `${text}    timeout: 1h\n`,
    "deployment.yaml": (text) => text.replace(/^( +)containers:/m, "$1nodeSelector: { disk: floppy }\n$&"),
  });
  const reason = "no node takes its pod: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector";
  expect(await comment(patient, /no node takes/)).toContain(
    `### trueup · deploying · \`demo\` \`nginx 0 of 3 new pods ready: ${reason}\``,
  );

  // The same pods, for which nobody waits any longer.
  const impatient = await merged("impatient", { ".trueup.yaml": (text) => text.replace("1h", "1s") });
  const told = await comment(impatient, /failed\*\*/);
  expect(told).toMatch(
    /^### trueup · \*\*`demo` failed\*\*: not healthy after 1 s: no node takes its pod: 0\/1 nodes/m,
  );
  expect(told).toContain(
    `> Deployment \`demo/nginx\`: not healthy after 1 s: ${reason}. 3 old pods still serve.  \n> Applied: nothing.  \n> \`/trueup rollback\``,
  );
});
