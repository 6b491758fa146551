import { request } from "node:http";
import { expect, test } from "vitest";
import { openPages } from "./browser.ts";

/** `fetch` sets Host by itself; a rebound name needs one of our own. */
function statusUnder(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

test("a form from another site is refused, however it hides where it comes from", async () => {
  const { send, forge, repository } = await openPages({ "web.yaml": "a: 1\n" });
  const form = { path: "b.yaml", content: "b", message: "b", how: "directly" };
  const attempts: Record<string, string>[] = [
    { origin: "https://elsewhere.example" },
    { origin: "null" },
    { origin: forge.url, "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: forge.url.replace(/\d+$/, "1") },
    {},
  ];
  for (const headers of attempts) expect((await send("/acme/shop/new/main", form, headers)).status).toBe(403);
  expect(await repository.file("main", "b.yaml")).toBeUndefined();
  expect((await send("/acme/shop/new/main", form)).status).toBe(303);
});

test("a name that was pointed at this machine gets nothing", async () => {
  const { forge } = await openPages({ "web.yaml": "a: 1\n" });
  const { port } = new URL(forge.url);
  const statuses = [
    "rebound.example",
    `rebound.example:${port}`,
    "127.0.0.1.rebound.example",
    "localhost.rebound.example",
  ];
  for (const host of statuses) expect(await statusUnder(`${forge.url}/acme/shop`, host)).toBe(403);
  expect(await statusUnder(`${forge.url}/acme/shop`, `localhost:${port}`)).toBe(200);
});

test("no page runs script of its own text, or shows itself inside another", async () => {
  const { forge } = await openPages({ "web.yaml": "a: 1\n" });
  const answer = await fetch(`${forge.url}/acme/shop`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  const text = await answer.text();
  expect(text).not.toMatch(/<script>|<style>|\sstyle="|\son\w+="/);
});

test("more than a form can hold is refused", async () => {
  const { send } = await openPages({ "web.yaml": "a: 1\n" });
  const form = { path: "b.yaml", content: "b".repeat(5 * 1024 * 1024), message: "b", how: "directly" };
  expect((await send("/acme/shop/new/main", form)).status).toBe(413);
});
