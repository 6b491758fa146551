import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import type { FieldChange } from "../../../../src/core/plan/plan.ts";
import { assessRisks } from "../../../../src/core/plan/risks/assess-risks.ts";

export function object(apiVersion: string, kind: string, body: JsonObject, metadata: JsonObject = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: "web", namespace: "shop", ...metadata }, ...body };
}

export const told = (live: KubeObject | undefined, after: KubeObject, fields: FieldChange[] = []): string[] =>
  assessRisks({ live, after, fields }).map(({ kind, text }) => `${kind}: ${text}`);
