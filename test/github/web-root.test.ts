import { expect, test } from "vitest";
import { webRootOf } from "../../src/github/web-root.ts";

test.each([
  ["https://api.github.com", "https://github.com"],
  ["https://api.acme.ghe.com", "https://acme.ghe.com"],
  ["https://github.acme.example/api/v3", "https://github.acme.example"],
  ["http://127.0.0.1:4711/api/v3", "http://127.0.0.1:4711"],
])("who asks %s signs in at %s", (api, web) => {
  expect(webRootOf(api)).toBe(web);
});
