import { expect, test } from "vitest";
import { deployment, planOf } from "../core/report/planned.ts";
import { type Jar, openDashboard, planPage } from "./browser.ts";

test("what can hurt in several systems names each with its cluster, and leads to what it is there", async () => {
  const { ask, save, signIn } = await openDashboard();
  const gone = () => deployment({ kind: "ConfigMap", name: "data", action: "delete", fields: [] });
  const stopped = deployment({ risks: [{ kind: "stops", text: "its only pod" }] });
  await save(planOf([gone()], { system: "shop-eu", cluster: "prod-eu" }));
  await save(planOf([gone(), stopped], { system: "shop-us", cluster: "prod-us" }));
  const jar: Jar = new Map();
  await signIn(jar);
  const page = await (await ask(planPage, { jar })).text();
  const [, alert = ""] = /aria-label="What can hurt">([\s\S]*?)<\/section>/.exec(page) ?? [];
  const lines = alert.match(/<li>.*?<\/li>/g)!.map((line) => line.replaceAll(/<[^>]*>/g, ""));
  expect(lines).toEqual([
    "Deletes ConfigMap shop/data in shop-eu on prod-eu, shop-us on prod-us.",
    "Stops Deployment shop/web in shop-us on prod-us: its only pod.",
  ]);
  const sections = page.split('<section class="system">').slice(1);
  const [toEu, toUs] = [...alert.matchAll(/href="[^"]*#([^"]+)"><code>shop-/g)].map(([, id]) => id!);
  expect(sections[0]).toContain(`id="${toEu}"`);
  expect(sections[1]).toContain(`id="${toUs}"`);
});
