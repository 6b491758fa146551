import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { complaintsOf, overflowOf, startBrowser } from "../harness/browser.ts";
import { firstSync, startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

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

async function open(options: { width?: number; javaScriptEnabled?: boolean } = {}): Promise<Page> {
  const { width = 1280, javaScriptEnabled = true } = options;
  const context = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(sandbox.info.web);
  return page;
}

const fileLink = (page: Page, path: string) =>
  page.getByRole("list", { name: "Files" }).getByRole("link", { name: path, exact: true });

/** Clicks through to a file's editor and types its new text over the old. */
async function editFile(page: Page, path: string, change: (text: string) => string): Promise<void> {
  await page.getByRole("link", { name: sandbox.info.repository }).click();
  await fileLink(page, path).click();
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  const content = page.getByLabel("Content of the file");
  const changed = change(await content.inputValue());
  await content.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(changed);
}

test("a person lives the story with mouse and keyboard: edit, propose, read the plan, merge, watch, break, watch it heal", async () => {
  const page = await open();
  const complaints = complaintsOf(page);
  await editFile(page, "system-state.yaml", (text) => text.replace("color: purple", "color: gold").replace("60", "90"));
  const title = page.getByLabel("What changes");
  await title.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("A big golden star");
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: /A big golden star/ }).waitFor();
  const comment = page.locator("article.by-app");
  await comment.getByText("spec.size").waitFor();
  expect(await comment.locator("h3").innerText()).toContain("1 update");
  for (const [path, now, after] of [
    ["spec.color", "purple", "gold"],
    ["spec.size", "60", "90"],
  ] as const) {
    const row = comment.getByRole("row").filter({ has: page.getByText(path, { exact: true }) });
    expect(await row.innerText()).toMatch(new RegExp(`${now}[\\s\\S]*${after}[\\s\\S]*this pull request`));
  }
  await page.locator("#merge-box").getByText("passed").waitFor();
  await page.getByRole("button", { name: "Merge" }).click();
  await page.getByText("Merged into").waitFor();
  await comment.getByText(/deployed in/).waitFor();

  await page.getByRole("link", { name: "Picture", exact: true }).click();
  const star = page.locator("article", { has: page.getByRole("heading", { name: /Shape star/ }) });
  await star.getByText("in sync").waitFor();
  expect(await star.getByRole("img", { name: "gold star, size 90" }).count()).toBe(2);

  await star.getByRole("button", { name: "Paint a red circle" }).click();
  const heal = page.locator(".heals li").filter({ hasText: "someone-with-a-brush" });
  await heal.getByText(/star → circle/).waitFor();
  await heal.getByRole("img", { name: /red circle/ }).waitFor();
  await star.getByText("in sync").waitFor();
  expect(await star.getByRole("img", { name: "gold star, size 90" }).count()).toBe(2);

  const nginx = page.locator("article", { has: page.getByRole("heading", { name: /Deployment nginx/ }) });
  await nginx.getByRole("button", { name: "Delete the Deployment" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".heals li").filter({ hasText: "Deployment demo/nginx" }).waitFor();
  await nginx.locator("figcaption", { hasText: "3 ready" }).waitFor();

  expect(page.url()).toBe(`${sandbox.info.web}/picture`);
  expect(complaints).toEqual([]);
}, 180_000);

test("a mistake shows on its line, and the pull request says that nothing can be deployed", async () => {
  const page = await open();
  await editFile(page, "deployment.yaml", (text) => text.replace("replicas: 3", "replica: 3"));
  await page.getByRole("button", { name: "Propose change" }).click();
  await page.locator("#merge-box").getByText("failed").waitFor();
  await page.getByRole("link", { name: /Files changed/ }).click();
  const note = page.locator("tr.annotated");
  await note.getByText(/did you mean/).waitFor();
  expect(await note.evaluate((row) => row.previousElementSibling?.textContent)).toContain("replica: 3");
});

test("without script everything can be read and proposed too, on a phone", async () => {
  const page = await open({ width: 360, javaScriptEnabled: false });
  await page.getByRole("link", { name: sandbox.info.repository }).click();
  await fileLink(page, "service.yaml").click();
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  const content = page.getByLabel("Content of the file");
  await content.fill((await content.inputValue()).replace("port: 80", "port: 81"));
  await page.getByRole("button", { name: "Propose change" }).click();
  await expect
    .poll(
      async () => {
        await page.reload();
        return page.locator("article.by-app").allInnerTexts();
      },
      { timeout: 60_000 },
    )
    .toEqual([expect.stringContaining("1 update")]);
});

test("no page is wider than a phone", async () => {
  const page = await open({ width: 360 });
  const base = `/${sandbox.info.repository}`;
  const files = [
    "",
    "/blob/main/deployment.yaml",
    "/edit/main/deployment.yaml",
    "/new/main",
    "/delete/main/service.yaml",
  ];
  const others = ["/commits", "/commit/main", "/branches", "/pulls", "/pull/1", "/pull/1/files", "/deployments"];
  for (const path of ["/", "/picture", ...[...files, ...others].map((path) => base + path)]) {
    await page.goto(sandbox.info.web + path);
    expect([path, await overflowOf(page)]).toEqual([path, 0]);
  }
});
