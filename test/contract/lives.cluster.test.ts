import { afterAll, beforeAll, test } from "vitest";
import { type Manifest, manifestsOfEveryKind } from "./manifests.ts";
import { forms, patches } from "./media-types.ts";
import { type Pair, startPair } from "./pair.ts";

/** An object of every kind from its making to its end. */
let pair: Pair;
const namespace = "contract-lives";
beforeAll(async () => {
  pair = await startPair("quiet", namespace);
});
afterAll(() => pair?.stop());

/** What would befall all other requests to the server that the suite's files share, or lives longer than its case. */
const shared = new Set([
  "Namespace",
  "Node",
  "APIService",
  "CustomResourceDefinition",
  "FlowSchema",
  "PriorityLevelConfiguration",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "LimitRange",
  "ResourceQuota",
  "StorageClass",
  "PriorityClass",
  "IPAddress",
  "ServiceCIDR",
  // Of node ports each server has but one.
  "Service",
  // They have cases of their own (deletion, workloads).
  "Pod",
  // Written in words of Go's own (Job), and shown in columns of their own (docs/embedded-cluster.md).
  "Job",
  "HorizontalPodAutoscaler",
  "ResourceSlice",
]);
const manifests = manifestsOfEveryKind(namespace)
  .filter(({ body }) => !shared.has(body.kind))
  .map((it): [string, Manifest] => [it.title, it]);

test.each(manifests)("made, updated, applied, patched, shown and deleted: %s", async (_, { path, body }) => {
  const one = `${path}/${body.metadata.name}`;
  const labelled = (label: string) => {
    const labels = { ...body.metadata.labels, label };
    return { ...body, metadata: { ...body.metadata, labels } };
  };
  await pair.same({ method: "POST", path: `${path}?fieldManager=maker`, body });
  await pair.same({ method: "PUT", path: `${one}?fieldManager=editor`, body: labelled("put") });
  const live = await pair.ask({ path: one });
  await pair.same((side) => {
    const { resourceVersion } = live[side].body.metadata;
    const changed = labelled("again");
    const metadata = { ...changed.metadata, resourceVersion };
    return { method: "PUT", path: `${one}?fieldManager=editor`, body: { ...changed, metadata } };
  });
  const apply = (manager: string, label: string, query = "") => ({
    method: "PATCH",
    path: `${one}?fieldManager=${manager}${query}`,
    body: labelled(label),
    contentType: patches.apply,
  });
  await pair.same(apply("owner", "applied"));
  await pair.same(apply("owner", "applied", "&force=true"));
  await pair.same(apply("other", "other"));
  for (const contentType of [patches.merge, patches.strategic]) {
    const metadata = { labels: { label: null }, annotations: { note: contentType } };
    await pair.same({ method: "PATCH", path: `${one}?fieldManager=editor`, body: { metadata }, contentType });
  }
  await pair.same({ path: one, accept: forms.table });
  await pair.same({ method: "DELETE", path: one, body: { gracePeriodSeconds: 0 } });
  await pair.ask({
    method: "PATCH",
    path: one,
    body: { metadata: { finalizers: null } },
    contentType: patches.merge,
  });
  await pair.same({ path: one });
});
