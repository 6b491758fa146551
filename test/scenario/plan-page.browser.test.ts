import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { complaintsOf, overflowOf, startBrowser } from "../harness/browser.ts";
import { answered, firstSync, propose, startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

let browser: Browser;
let sandbox: TestSandbox;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([startBrowser(), startTestSandbox()]);
  await firstSync(sandbox);
});
afterAll(async () => {
  await browser?.close();
  await sandbox?.dispose();
});

test.each([1280, 390])(
  "from the pull request to its whole plan and out again, in a window of %i pixels",
  async (width) => {
    const number = await propose(sandbox, `at-${width}`, {
      "deployment.yaml": (text) => text.replace("replicas: 3", "replicas: 4"),
      "settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  colour: purple\n",
      "service.yaml": null,
    });
    await answered(sandbox, number);
    const context = await browser.newContext({ viewport: { width, height: 844 } });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints = complaintsOf(page);
    await page.goto(`${sandbox.info.web}/${sandbox.info.repository}/pull/${number}`);
    await page.getByRole("link", { name: "whole plan" }).click();
    await page.getByRole("heading", { name: `Plan of #${number}` }).waitFor();

    expect(await page.getByRole("region", { name: "What can hurt" }).innerText()).toContain(
      "Deletes Service demo/nginx.",
    );
    await page.getByText("Deployment demo/nginx").last().click();
    expect(await page.getByRole("row").filter({ hasText: "spec.replicas" }).innerText()).toMatch(
      /spec\.replicas\s*3\s*4\s*this pull request/,
    );
    await page.getByText("ConfigMap demo/settings").last().click();
    await page.getByText("settings.yaml:1").waitFor();
    expect(await overflowOf(page)).toBe(0);

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Signed out" }).waitFor();
    await page.getByRole("link", { name: "Sign in again" }).click();
    await page.getByRole("heading", { name: `Plan of #${number}` }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  },
);
