import { expect, test } from "vitest";
import { deployment, planOf } from "../core/report/planned.ts";
import { type Jar, openDashboard, planPage } from "./browser.ts";

test("the page names the earlier merge of what is pending, and says of what is made again that somebody deleted it", async () => {
  const { ask, save, signIn } = await openDashboard();
  const merge = { sha: "abc1234d00000000000000000000000000000000", pullRequest: 12 };
  const pending = { path: "spec.replicas", cause: "pending", before: 3, after: 4, merge } as const;
  const lost = deployment({ name: "lost", action: "create", fields: [], drifted: true });
  const brought = deployment({ name: "early", action: "create", fields: [], pending: true, merge });
  await save(planOf([deployment({ fields: [pending] }), lost, brought]));
  const jar: Jar = new Map();
  await signIn(jar);
  const text = (await (await ask(planPage, { jar })).text()).replaceAll(/<[^>]*>/g, "");
  expect(text).toContain("#12 (abc1234), which is not applied yet");
  expect(text).toContain("Brought by #12 (abc1234), which is not applied yet.");
  expect(text).toContain("Drift: an unknown writer deleted it in the cluster, so that it is made again.");
});
