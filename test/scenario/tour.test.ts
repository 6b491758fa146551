import { afterAll, beforeAll, expect, test } from "vitest";
import { playTour } from "../../src/sandbox/story/tour.ts";
import { startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox?.dispose());

test("the whole story plays from the first sync to the audit trail", async () => {
  const lines: string[] = [];
  const { contributor, administrator, bot } = sandbox;
  await playTour({ contributor, administrator, audit: () => bot.audit(), say: (line) => lines.push(line) });
  expect(lines.filter((line) => line.startsWith("──"))).toHaveLength(8);
});
