import { load } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { loadKubeAccess } from "../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/kube-client.ts";
import { openTransport } from "../../src/kube/transport.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";

/** What a real API server says of what cannot be changed can be read, and tells the way out. */
let plane: ControlPlane;
let client: KubeClient;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
  client = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: plane.kubeconfig })));
});
afterAll(async () => {
  await client?.close();
  await plane?.stop();
});

const pod = (word: string) =>
  `{metadata: {labels: {app: x}}, spec: {restartPolicy: RESTART, containers: [{name: web, image: "web:1", env: [{name: PIN, value: ${word}}]}]}}`;
const job = (word: string) =>
  `{apiVersion: batch/v1, kind: Job, metadata: {name: x, namespace: default}, spec: {template: ${pod(word).replace("RESTART", "Never")}}}`;
const set = (word: string) =>
  `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x, namespace: default}, spec: {selector: {matchLabels: {app: x}}, template: ${pod("same").replace("RESTART", "Always")}, volumeClaimTemplates: [{metadata: {name: data, annotations: {pin: ${word}}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: ${word.length}Gi}}}}]}}`;
const workload = (word: string) =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x, namespace: default}, spec: {selector: {matchLabels: {app: x, of: ${word}}}, template: ${pod(word).replace("RESTART", "Always").replace("app: x", `app: x, of: ${word}`)}}}`;

const wayOut =
  "; what is there is not deleted for that: give it another name, or take it out in one merge and bring it back in the next";

test.each([
  ["Job", job, 'Job.batch "x" is invalid: spec.template: Invalid value: {…}: field is immutable'],
  [
    "StatefulSet",
    set,
    'StatefulSet.apps "x" is invalid: spec.volumeClaimTemplates: Invalid value: {…}: field is immutable',
  ],
  ["Deployment", workload, 'Deployment.apps "x" is invalid: spec.selector: Invalid value: {…}: field is immutable'],
])("a changed %s is refused in a sentence that shows nothing of its pods", async (_, manifest, words) => {
  const apply = (word: string, dryRun: boolean) =>
    client.apply(load(manifest(word)) as KubeObject, { dryRun, force: true });
  await apply("hunter-two", false);
  const refused = await apply("hunter-three", true).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  expect(refused?.slice(0, words.length)).toBe(words);
  expect(refused?.slice(-wayOut.length)).toBe(wayOut);
  expect(refused?.length).toBeLessThan(450);
  expect(refused).not.toContain("hunter");
});
