import { expect, test } from "vitest";
import { recordHeard } from "../../src/store/agents.ts";
import { finalisePlans, markSilent } from "../../src/store/plans.ts";
import { deployment, planOf } from "../core/report/planned.ts";
import { type Jar, openDashboard, planPage, repositoryId } from "./browser.ts";

async function signedIn() {
  const opened = await openDashboard();
  await opened.save(planOf([deployment()]));
  const jar: Jar = new Map();
  await opened.signIn(jar);
  return { ...opened, read: (path = planPage) => opened.ask(path, { jar }) };
}

test("what is not there and what is not for somebody look the same", async () => {
  const { read, github, clock } = await signedIn();
  const [noPlan, noRepository] = [await read("/plans/7/99"), await read("/plans/8/12")];
  github.repository = undefined;
  clock.now += 60_000;
  const forbidden = await read();
  expect([noPlan.status, noRepository.status, forbidden.status]).toEqual([404, 404, 404]);
  const text = await forbidden.text();
  expect([await noPlan.text(), await noRepository.text()]).toEqual([text, text]);
  expect(text).not.toMatch(/acme|shop|spec\.replicas/);
});

test("who may read no more reads no more after a minute", async () => {
  const { read, github, clock } = await signedIn();
  expect((await read()).status).toBe(200);
  github.repository = undefined;
  clock.now += 59_000;
  expect((await read()).status).toBe(200);
  expect(github.asked).toBe(1);
  clock.now += 1_000;
  expect((await read()).status).toBe(404);
});

test("whoever reads a plan has the bot attend to it, and whoever may not, or reads what is merged, does not", async () => {
  const { db, read, github, clock, attended, save } = await signedIn();
  await save(planOf([deployment()]), 13);
  attended.length = 0;
  await read("/plans/7/99");
  await read("/plans/7/13");
  expect(attended).toEqual([[repositoryId, 13]]);
  await finalisePlans(db, repositoryId, 13);
  await read("/plans/7/13");
  github.repository = undefined;
  clock.now += 60_000;
  await read();
  expect(attended).toHaveLength(1);
});

test("while GitHub does not answer nobody reads anything", async () => {
  const { read, github, clock } = await signedIn();
  github.isDown = true;
  const answer = await read();
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain("spec.replicas");
  github.isDown = false;
  clock.now += 1;
  expect((await read()).status).toBe(200);
});

test("a plan whose agent is silent is read with a warning on each of its pages, until the agent has looked again or it is merged", async () => {
  const { db, read, save } = await signedIn();
  const plan = planOf([deployment()], { liveAsOf: "2026-11-27T11:40:00Z" });
  await save(plan);
  await recordHeard(db, plan.cluster, new Date("2026-11-27T11:50:00Z"));
  await markSilent(db, new Date("2026-11-27T11:51:00Z"));
  for (const page of [planPage, `${planPage}?find=nothing`]) {
    const text = await (await read(page)).text();
    expect(text).toContain("agent is silent, last heard 2026-11-27 11:50:00 UTC");
    expect(text).toContain("Its plan is as of 2026-11-27 11:40 UTC; nobody has looked since");
  }
  expect(await (await read()).text()).toContain("spec.replicas");
  await save(plan);
  expect(await (await read()).text()).not.toContain("silent");
  await markSilent(db, new Date("2026-11-27T11:51:00Z"));
  await finalisePlans(db, repositoryId, 12);
  expect(await (await read()).text()).not.toContain("silent");
});

test("of a public repository only those who may write see what is live", async () => {
  const { read, github, clock, save } = await signedIn();
  const field = { path: "spec.a", cause: "pull-request", before: "canary", after: "wanted" } as const;
  await save(planOf([deployment({ fields: [field], risks: [{ kind: "restarts", text: "5 pods" }] })]));
  github.repository = { ...github.repository!, private: false };
  const text = await (await read()).text();
  expect(text).toContain("<code>wanted</code>");
  expect(text).toContain("<code>hidden</code>");
  expect(text).not.toMatch(/canary|5 pods/);
  github.repository = { ...github.repository!, mayWrite: true };
  clock.now += 60_000;
  expect(await (await read()).text()).toContain("<code>canary</code>");
});

test("no page runs script, asks anybody else, is kept by caches, or shows itself inside another", async () => {
  const { read } = await signedIn();
  const answer = await read();
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|script|https?:/);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const text = await answer.text();
  expect(text).not.toMatch(/<script|<style|\sstyle="|\son\w+="/);
  const loaded = [...text.matchAll(/<link[^>]* href="([^"]*)"|\ssrc="([^"]*)"/g)].map(([, href, src]) => href ?? src);
  expect(loaded).toHaveLength(2);
  for (const url of loaded) {
    const file = await read(url);
    expect([file.status, file.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  }
});
