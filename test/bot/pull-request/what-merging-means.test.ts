import { describe, expect, test } from "vitest";
import { compareSystems } from "../../../src/bot/desired/compare-systems.ts";
import { asPlanned, compareWithPlan } from "../../../src/bot/pull-request/as-planned.ts";
import { folderOfManifests } from "../../../src/bot/pull-request/proposed-config.ts";
import { withSiblings } from "../../../src/bot/pull-request/write-check.ts";
import { parseConfig } from "../../../src/core/config/parse-config.ts";
import type { FieldChange, PlannedObject } from "../../../src/core/plan/plan.ts";
import type { CheckReport } from "../../../src/core/report/check.ts";
import type { SyncedObject } from "../../../src/link/messages.ts";
import { deployment, planOf } from "../../core/report/planned.ts";

const [shop] = parseConfig(".trueup.yaml", "systems: {shop: {cluster: prod-eu, path: shop}}").systems;

describe("a system is concerned", () => {
  const before = [{ system: shop!, tree: "1" }];
  test("when its folder differs, comes or goes", () => {
    expect(compareSystems(before, [{ system: shop!, tree: "1" }]).concerned).toEqual([]);
    expect(compareSystems(before, [{ system: shop!, tree: "2" }]).concerned).toHaveLength(1);
    expect(compareSystems(before, [{ system: shop!, tree: undefined }]).concerned).toHaveLength(1);
  });

  test("when its entry differs, is new, or is taken out", () => {
    expect(compareSystems(before, [{ system: { ...shop!, cluster: "prod-us" }, tree: "1" }]).concerned).toHaveLength(1);
    expect(compareSystems([], before).concerned).toHaveLength(1);
    expect(compareSystems(before, [])).toEqual({ concerned: [], removed: [shop] });
  });
});

describe("what was applied against what was planned", () => {
  const synced = (change: Partial<SyncedObject> = {}): SyncedObject => {
    const { drifted: _, ...object } = deployment();
    return { ...object, ...change };
  };
  const plan = planOf([deployment()]);

  test("is as planned when the same was done, or nothing was left to do", () => {
    expect(asPlanned(plan, [synced()], true)).toEqual({ same: 1, of: 1, different: [] });
    expect(asPlanned(plan, [synced({ action: "unchanged", fields: [] })], true).same).toBe(1);
    const deletion = planOf([deployment({ action: "delete", fields: [] })]);
    expect(asPlanned(deletion, [], true).different).toEqual([]);
    expect(asPlanned(deletion, [], false).different).toEqual(["Deployment shop/web: planned delete, never reached"]);
  });

  const told = (planned: Partial<PlannedObject>, done: Partial<SyncedObject>, together = false) => {
    const [one] = compareWithPlan(planOf([deployment(planned)]), [synced(done)], true, together);
    return [one?.fidelity, one?.told?.replace("Deployment shop/web: ", "")];
  };
  const asItShould = ["as-planned", undefined];
  const replicas = "spec.replicas";
  const image = "spec.template.spec.containers[web].image";
  const idle: Pick<SyncedObject, "action" | "fields"> = { action: "unchanged", fields: [] };
  const created: Pick<SyncedObject, "action" | "fields"> = { action: "create", fields: [] };
  const field = (path: string, before?: string, after?: string): FieldChange => ({
    path,
    cause: "pull-request",
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });

  test.each<[string, Partial<PlannedObject>, Partial<SyncedObject>]>([
    ["a part put back", {}, { fields: [], altered: [{ path: replicas, value: 3 }] }],
    ["all of it put back, so that nothing was written", {}, { ...idle, altered: [{ path: replicas, value: 3 }] }],
    ["something else as it was created", created, { ...created, altered: [{ path: replicas, value: 3 }] }],
    [
      "something else than it made when it was asked",
      { ...created, altered: [{ path: replicas, value: 3 }] },
      { ...created, altered: [{ path: replicas, value: 4 }] },
    ],
    [
      "what the manifest says, and something else when it was asked",
      { ...created, altered: [{ path: replicas }] },
      created,
    ],
    [
      "another default than the plan told",
      { fields: [field(replicas, "3", "1")] },
      { fields: [], kept: [{ path: replicas, value: "3" }] },
    ],
    [
      "another secret, of which nothing is told but that",
      { fields: [field(replicas, "********", "********")] },
      { fields: [field(replicas, "********", "********")], altered: [{ path: replicas, value: "********" }] },
    ],
  ])("tells what the cluster has made of it: %s", (_what, planned, done) => {
    const other = ["changed-by-cluster", `the cluster made another value in ${replicas}`];
    expect(told(planned, done)).toEqual(other);
  });

  test.each<[string, Partial<PlannedObject>, Partial<SyncedObject>]>([
    ["nothing was left to do", {}, idle],
    [
      "a credential was marked as changed against what was live until then",
      { fields: [field(replicas, "a ********\nb 1", "a ******** (changed)\nb 2")] },
      { fields: [field(replicas, "a ********\nb 0", "a ********\nb 2")] },
    ],
    [
      "somebody else had brought a part of it",
      { fields: [field(replicas, "3", "5"), field(image, "web:1", "web:2")] },
      { fields: [field(image, "web:1", "web:2")] },
    ],
    [
      "the cluster made the same of it as when it was asked",
      { ...created, altered: [{ path: image, value: "mirror.example/web:1" }] },
      { ...created, altered: [{ path: image, value: "mirror.example/web:1" }] },
    ],
    ["what it had come to is not known any more", { ...created, altered: [{ path: image, value: "other" }] }, idle],
    [
      "a default came for what Git leaves out now, and is the same",
      {},
      { kept: [{ path: "spec.paused", value: false }] },
    ],
    [
      "a default came for what Git leaves out now, as the plan told",
      { fields: [field(replicas, "3", "1")] },
      { fields: [field(replicas, "3", "1")], kept: [{ path: replicas, value: "1" }] },
    ],
    [
      "it is left alone, and the cluster had made something of it",
      { action: "held" },
      { ...idle, altered: [{ path: "x" }] },
    ],
  ])("is as planned where %s", (_what, planned, done) => {
    expect(told(planned, done)).toEqual(asItShould);
  });

  test("is as planned where somebody approved after the merge what the plan held, for that was asked for there", () => {
    const reason = "its kind is protected; approved by `mona`";
    expect(told({ action: "held", fields: [] }, { action: "delete", fields: [], reason })).toEqual(asItShould);
    expect(told({ action: "held", fields: [] }, { action: "delete", fields: [], reason }, true)).toEqual(asItShould);
  });

  const refused = "the cluster refused it when it was planned, and";
  test.each<[string, PlannedObject["action"], Partial<SyncedObject>, string, string]>([
    ["no guard holds any more", "held", { action: "delete", fields: [] }, "let-through", "nothing holds it any more"],
    ["its other owner has let go", "held", { fields: [] }, "let-through", "nothing holds it any more"],
    ["the cluster takes after all", "invalid", { fields: [] }, "let-through", `${refused} took it now`],
    [
      "the cluster makes after all",
      "invalid",
      { action: "create", fields: [] },
      "let-through",
      `${refused} took it now`,
    ],
    ["was brought there all the same", "invalid", idle, "let-through", `${refused} it is as Git says now`],
    [
      "stays, since another system has it",
      "delete",
      { ...idle, reason: "moves from system `a` to `b`" },
      "otherwise",
      "moves from system `a` to `b`",
    ],
    ["stays, since a later commit has it", "delete", idle, "otherwise", "Git describes it again"],
    ["was there already", "create", { fields: [] }, "made-meanwhile", "it was made meanwhile"],
    ["was somebody's", "create", { action: "adopt", fields: [] }, "made-meanwhile", "somebody made it meanwhile"],
  ])("does not blame anybody for what %s, nor call it as planned", (_what, action, done, fidelity, why) => {
    const [counted, sentence] = told({ action, fields: [] }, done);
    expect(counted).toBe(fidelity);
    expect(sentence).toBe(`planned ${action}, done ${done.action ?? "update"}: ${why}`);
  });

  test("does not call what it held never reached where there is nothing to hold any more", () => {
    const held = planOf([deployment({ action: "held", fields: [] })]);
    const gone = "Deployment shop/web: planned held, and the system has it no more";
    expect(asPlanned(held, [], true).different).toEqual([gone]);
    expect(asPlanned(held, [], false).different).toEqual(["Deployment shop/web: planned held, never reached"]);
  });

  test("tells that what was to go stays by another pull request that went out with it", () => {
    const stays = ["with-others", "planned delete, done unchanged, by what went out with it"];
    expect(told({ action: "delete", fields: [] }, idle, true)).toEqual(stays);
    const taken = ["let-through", `planned invalid, done update: ${refused} took it now`];
    expect(told({ action: "invalid" }, { fields: [] }, true)).toEqual(taken);
  });

  test("tells of what was to go and is there, by who holds it too", () => {
    const sidecar = "spec.template.spec.containers[sidecar]";
    const planned = { fields: [field(sidecar, "{…}")] };
    const kept = [{ path: `${sidecar}.image`, value: "sidecar:1" }];
    const stays = `${sidecar}.image was to go, and is there`;
    expect(told(planned, { fields: [], kept })).toEqual(["changed-by-cluster", stays]);
    const held = kept.map((one) => ({ ...one, manager: "injector" }));
    expect(told(planned, { fields: [], kept: held })).toEqual(["written-meanwhile", `${stays}: injector wrote it too`]);
  });

  test("does not take what went out with it for the cluster's, nor the cluster's for theirs", () => {
    const theirs = [{ path: "spec.minReadySeconds", value: 7 }];
    expect(told({}, { altered: theirs }, true)).toEqual(asItShould);
    const ours = ["changed-by-cluster", `the cluster made another value in ${replicas}`];
    expect(told({}, { fields: [], altered: [{ path: replicas, value: 3 }] }, true)).toEqual(ours);
    expect(told(created, { ...created, altered: [{ path: replicas, value: 3 }] }, true)).toEqual(ours);
  });

  test("calls an object that the sync never reached different, whatever else went well", () => {
    expect(asPlanned(plan, [], true)).toEqual({
      same: 0,
      of: 1,
      different: ["Deployment shop/web: planned update, never reached"],
    });
  });

  test("does not call the namespace that the agent makes around a system never reached", () => {
    const type = { apiVersion: "v1", kind: "Namespace", name: "shop" };
    const namespace: PlannedObject = { ...type, action: "create", fields: [], drifted: false };
    const around = planOf([namespace, deployment()]);
    expect(asPlanned(around, [synced()], true)).toEqual({ same: 2, of: 2, different: [] });
    const described = planOf([{ ...namespace, file: "namespace.yaml", line: 1 }]);
    expect(asPlanned(described, [], true).different).toEqual(["Namespace shop: planned create, never reached"]);
  });

  test("does not call a write that changed no field unplanned", () => {
    expect(asPlanned(planOf([]), [synced({ fields: [] })], true)).toEqual({ same: 0, of: 0, different: [] });
  });

  test("names what came out differently, and what nobody planned", () => {
    const recreated = asPlanned(plan, [synced({ action: "recreate" })], true);
    expect(recreated).toEqual({ same: 0, of: 1, different: ["Deployment shop/web: planned update, done recreate"] });
    const field = { path: "spec.replicas", cause: "pull-request", before: 3, after: 4 } as const;
    expect(asPlanned(plan, [synced({ fields: [field] })], true).different[0]).toContain(
      "another value in spec.replicas",
    );
    const fidelities = (...objects: SyncedObject[]) =>
      compareWithPlan(plan, objects, true).map(({ fidelity }) => fidelity);
    expect(fidelities(synced({ fields: [field] }))).toEqual(["changed-by-cluster"]);
    expect(fidelities(synced({ action: "create" }))).toEqual(["deleted-meanwhile"]);
    expect(fidelities(synced({ action: "held", reason: "it belongs to another" }))).toEqual(["held"]);
    expect(fidelities(synced(), synced({ name: "other", action: "invalid" }))).toEqual(["as-planned", "refused"]);
  });

  test("names who wrote in between, and a field that the cluster made besides", () => {
    const [planned] = deployment().fields;
    const more = { path: "spec.paused", cause: "drift", before: true, after: false } as const;
    const written = asPlanned(plan, [synced({ fields: [planned!, { ...more, manager: "kubectl-edit" }] })], true);
    expect(written.different).toEqual([
      "Deployment shop/web: spec.paused was written by kubectl-edit meanwhile, and is again what Git says",
    ]);
    const made = asPlanned(plan, [synced({ fields: [planned!, more] })], true);
    expect(made.different).toEqual(["Deployment shop/web: spec.paused changed too, which was not planned"]);
    expect(asPlanned(plan, [synced(), synced({ name: "other", action: "delete" })], true)).toMatchObject({
      same: 1,
      of: 2,
    });
  });
});

describe("the check of a shared head", () => {
  const check: CheckReport = {
    status: "completed",
    conclusion: "success",
    title: "1 update",
    summary: "",
    annotations: [],
  };
  test("is the worst of its pull requests', and says whose", () => {
    const worst = withSiblings(check, [
      { number: 8, verdict: "action_required" },
      { number: 9, verdict: "failure" },
    ]);
    expect(worst).toMatchObject({ conclusion: "failure", title: "1 update · waits for #9" });
    expect(withSiblings(check, [{ number: 8, verdict: "success" }])).toBe(check);
  });

  test("is open while one of them is planned still", () => {
    const open = withSiblings(check, [{ number: 8, verdict: "in_progress" }]);
    expect(open.status).toBe("in_progress");
    expect(open).not.toHaveProperty("conclusion");
  });
});

test.each([
  [["deploy/a.yaml", "deploy/sub/b.yml", "README.md"], "deploy"],
  [["a.yaml", "deploy/b.yaml"], ""],
  [[".github/workflows/ci.yaml", "k8s/prod/web.yaml"], "k8s/prod"],
  [["README.md"], ""],
])("manifests of %j lie in %j", (paths, folder) => {
  expect(folderOfManifests(paths.map((path) => ({ path })))).toBe(folder);
});
