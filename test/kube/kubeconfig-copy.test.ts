import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { copyKubeconfig } from "../../src/kube/kubeconfig-copy.ts";

test("the copy of a person's credentials is for nobody else to read", () => {
  const dir = mkdtempSync(join(tmpdir(), "trueup-copy-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const from = join(dir, "from");
  writeFileSync(
    from,
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "u", user: { token: "secret" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    }),
    { mode: 0o644 },
  );
  const to = join(dir, "to");
  copyKubeconfig({ from, context: undefined, namespace: "demo", to });
  expect(statSync(to).mode & 0o777).toBe(0o600);
});
