import { type Browser, chromium, type Page } from "playwright-core";

/** Debian's Chromium unless told otherwise; nothing of it calls out. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium
    .launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    })
    .catch((error: unknown) => {
      const how = "install the Debian package `chromium`, or set CHROMIUM to where one is";
      throw new Error(`no browser at ${executablePath}: ${how}`, { cause: error });
    });
}

/** Everything that the browser complains about: uncaught errors, what the content security policy stopped, failed loads. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return complaints;
}

/** By how many CSS pixels the page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.locator("html").evaluate((root) => root.scrollWidth - root.clientWidth);
}
