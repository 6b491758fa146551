import { describe, expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import type { FieldChange } from "../../../../src/core/plan/plan.ts";
import { assessRisks } from "../../../../src/core/plan/risks/assess-risks.ts";
import { object, told } from "./told.ts";

describe("a Service", () => {
  const service = (spec: JsonObject) => object("v1", "Service", { spec });
  const by = (app: string, more: JsonObject = {}) => service({ selector: { app, ...more } });
  const maker = (app: string, kind = "Deployment", metadata: JsonObject = {}) =>
    object(
      kind === "Rollout" ? "rollouts.example/v1" : "apps/v1",
      kind,
      {
        spec: { template: { metadata: { labels: { app } } } },
      },
      metadata,
    );
  const stopped = (after: KubeObject, merge: KubeObject[], base = merge, live = by("web")) =>
    assessRisks({ live, after, fields: [], described: { merge, base } }).map(({ kind, text }) => `${kind}: ${text}`);

  test("that is to find pods which nothing makes answers nobody", () => {
    expect(stopped(by("wbe"), [maker("web")])).toEqual(["stops: nothing here makes pods with app=wbe"]);
    expect(stopped(by("web", { tier: "front" }), [maker("web")])).toEqual([
      "stops: nothing here makes pods with app=web and tier=front",
    ]);
    expect(stopped(by("api"), [maker("api", "Deployment", { namespace: "other" })], [maker("web")])).toEqual([
      "stops: nothing here makes pods with app=api",
    ]);
    const pod = object("v1", "Pod", {}, { labels: { app: "web" } });
    expect(stopped(by("api"), [], [pod])).toEqual(["stops: nothing here makes pods with app=api"]);
  });

  test("that finds others, or whose pods come from elsewhere, is none of that", () => {
    expect(stopped(by("api"), [maker("api")], [maker("web")])).toEqual([]);
    expect(stopped(by("api"), [maker("api", "Rollout")], [maker("web")])).toEqual([]);
    expect(stopped(by("api"), [maker("other")])).toEqual([]);
    expect(stopped(by("web"), [])).toEqual([]);
    expect(told(by("web"), by("api"))).toEqual([]);
    expect(
      stopped(by("api"), [maker("web")], [maker("web")], service({ type: "ExternalName", selector: { app: "web" } })),
    ).toEqual([]);
  });

  test("that stays as it is, and whose label goes from what it finds, is told with the workload that has it no more", () => {
    const made = (labels: JsonObject) =>
      object("apps/v1", "Deployment", { spec: { template: { metadata: { labels } } }, status: { replicas: 3 } });
    const [live, after] = [made({ app: "web", tier: "front" }), made({ app: "web" })];
    const tier: FieldChange = { path: "spec.template.metadata.labels.tier", cause: "pull-request", before: "front" };
    const risks = (merge: KubeObject[]) =>
      assessRisks({ live, after, fields: [tier], described: { merge: [after, ...merge], base: [] } }).map(
        ({ kind, text }) => `${kind}: ${text}`,
      );
    const restarts = "restarts: 3 pods, each new one ready before an old one goes";
    const front = by("web", { tier: "front" });
    expect(risks([front, by("web")])).toEqual(["stops: nothing here answers Service web any more", restarts]);
    expect(risks([front, made({ app: "web", tier: "front" })])).toEqual([restarts]);
    expect(risks([by("web"), by("other")])).toEqual([restarts]);
    expect(risks([object("v1", "Service", { spec: front.spec! as JsonObject }, { namespace: "other" })])).toEqual([
      restarts,
    ]);
  });

  test("that looks for none any more, or becomes another name, lets go of its pods", () => {
    const lost = "stops: it selects no pods any more, and loses those that it reaches as they are replaced";
    expect(told(by("web"), service({}))).toEqual([lost]);
    expect(told(by("web"), service({ selector: {} }))).toEqual([lost]);
    expect(
      told(by("web"), service({ type: "ExternalName", externalName: "db.example", selector: { app: "web" } })),
    ).toEqual(["stops: it becomes another name for db.example, and reaches its pods no more"]);
    expect(told(service({}), service({}))).toEqual([]);
    expect(told(undefined, service({}))).toEqual([]);
  });
});
