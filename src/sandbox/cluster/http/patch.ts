import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { readApplied } from "../decode/body.ts";
import { notRestored } from "../decode/not-restored.ts";
import { Unreadable } from "../decode/unreadable.ts";
import { isObject } from "../patch/merge-patch.ts";
import type { Registry } from "../registry/registry.ts";
import { scaleOf, withScale } from "../registry/scale.ts";
import { badRequest, invalid, methodNotAllowed, notImplemented } from "../status-error.ts";
import { warningsOf } from "../validation/warnings.ts";
import { answerJson, type Exchange, patchType, readBody } from "./exchange.ts";
import { judge } from "./field-validation.ts";
import { withoutDoubledOwners } from "./owners.ts";
import { parsedPatch, patchComplaints, patchFor, patchRefused, strategicType } from "./patch-kinds.ts";
import { noVersionOrKind, wrongPatchedKind } from "./patched-object.ts";
import { answerObject } from "./read.ts";
import type { Target } from "./request-path.ts";
import { type AskedWrite, askedWrite } from "./write-options.ts";

type Named = Target & { name: string };

export async function patchObject(exchange: Exchange, registry: Registry, target: Named): Promise<void> {
  const { resource, namespace, name, subresource } = target;
  if (!resource.verbs.includes("patch")) throw methodNotAllowed();
  const asked = askedWrite(exchange, "PatchOptions");
  const options = { ...asked, subresource, patch: true };
  const type = patchType(exchange);
  const strategy = registry.strategy(resource);
  if (type === "application/apply-patch+yaml") return applyObject(exchange, registry, target, asked);
  if (exchange.query.has("force")) {
    throw invalid("meta.k8s.io", "PatchOptions", "", [
      { reason: "FieldValueForbidden", field: "force", message: "Forbidden: may not be specified for non-apply patch" },
    ]);
  }
  const patch = patchFor(type, strategy);
  const text = await readBody(exchange);
  const change = parsedPatch(text);
  const validated = asked.fieldValidation !== "Ignore";

  if (subresource === "scale") {
    let before: KubeObject | undefined;
    const scaled = (live: KubeObject) => {
      before = live;
      const scale = patch(scaleOf(resource, live) as unknown as JsonObject, change, validated);
      return withScale(resource, live, scale as JsonObject);
    };
    const object = registry.update(resource, namespace, name, scaled, options);
    exchange.warnings.push(...warningsOf(resource, object, before));
    answerJson(exchange, 200, JSON.stringify(scaleOf(resource, object)));
    return;
  }
  let before: KubeObject | undefined;
  const patched = (live: KubeObject) => {
    before = live;
    const value = patch(live as unknown as JsonObject, change, validated);
    const refused = (said: string) => patchRefused(type, type === strategicType ? change : value, said);
    if (!isObject(value)) throw refused(noVersionOrKind(value));
    const wrong = type === strategicType ? undefined : wrongPatchedKind(exchange, resource, value, refused);
    if (wrong !== undefined) throw wrong;
    try {
      const { object, unknown } = strategy.decode(value);
      // A patched object is read with its fields in their alphabetical order.
      const complaints = { patch: patchComplaints(text, change, type), unknown: unknown.toSorted() };
      judge(exchange, asked, complaints, (said) => refused(`strict decoding error: ${said}`));
      withoutDoubledOwners(exchange, object, { patched: true });
      return object;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw refused(type === strategicType ? notRestored(error.unmarshal) : error.unmarshal.message);
    }
  };
  const updated = registry.update(resource, namespace, name, patched, options);
  exchange.warnings.push(...warningsOf(resource, updated, before));
  answerObject(exchange, resource, updated);
}

async function applyObject(exchange: Exchange, registry: Registry, target: Named, asked: AskedWrite): Promise<void> {
  const { resource, namespace, name, subresource } = target;
  const { query } = exchange;
  if ((query.get("fieldManager") ?? "") === "") {
    throw invalid("meta.k8s.io", "PatchOptions", "", [
      { reason: "FieldValueRequired", field: "fieldManager", message: "Required value: is required for apply patch" },
    ]);
  }
  if (subresource === "scale") {
    throw notImplemented("applying a Scale, which can be patched or updated");
  }
  const { value, duplicates } = readApplied(await readBody(exchange));
  judge(exchange, asked, { duplicates }, (said) => badRequest(`error strict decoding YAML: ${said}`));
  const force = /^(true|1)$/i.test(query.get("force") ?? "");
  const options = { ...asked, force, subresource };
  const before = registry.has(resource, namespace, name) ? registry.get(resource, namespace, name) : undefined;
  const { object, created } = registry.apply(resource, namespace, name, value, options);
  exchange.warnings.push(...warningsOf(resource, object, before));
  answerObject(exchange, resource, object, created ? 201 : 200);
}
