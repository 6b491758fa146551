import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import type { KubeClient } from "../../src/kube/kube-client.ts";
import { type Authority, makeAuthority } from "../kube/https-api.ts";

export interface Review {
  operation: "CREATE" | "UPDATE" | "DELETE";
  dryRun: boolean;
  object: { metadata: { name: string; annotations?: Record<string, string> }; data?: Record<string, string> };
}

/** `deny` with these words, or `patch` (a JSON patch), or neither: let in as it is. */
export interface Verdict {
  deny?: string;
  patch?: object[];
}

export interface AdmissionWebhook {
  decide: (review: Review) => Verdict;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For `webhooks[].clientConfig`. */
  clientConfig(): { url: string; caBundle: string };
}

/** A webhook that a real API server calls, decided by the test; it can be stopped and started on its port. */
export async function makeAdmissionWebhook(): Promise<AdmissionWebhook> {
  const authority: Authority = await makeAuthority("webhooks");
  const certificate = await authority.sign("webhook");
  let server: ReturnType<typeof createServer> | undefined;
  let port = 0;
  const webhook: AdmissionWebhook = {
    decide: () => ({}),
    async start() {
      server = createServer(certificate, async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const review = JSON.parse(Buffer.concat(chunks).toString()) as { request: Review & { uid: string } };
        const { deny, patch } = webhook.decide(review.request);
        const answer = {
          uid: review.request.uid,
          allowed: deny === undefined,
          ...(deny === undefined ? {} : { status: { message: deny } }),
          ...(patch === undefined
            ? {}
            : { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") }),
        };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer }));
      });
      await new Promise<void>((listening) => server!.listen(port, "127.0.0.1", listening));
      port = (server.address() as AddressInfo).port;
    },
    async stop() {
      server?.closeAllConnections();
      await new Promise((closed) => (server === undefined ? closed(undefined) : server.close(closed)));
      server = undefined;
    },
    clientConfig: () => ({
      url: `https://127.0.0.1:${port}/review`,
      caBundle: Buffer.from(authority.ca).toString("base64"),
    }),
  };
  return webhook;
}

/** Has what is written in one namespace reviewed, as from now on. */
export async function registerWebhook(
  webhook: AdmissionWebhook,
  kube: KubeClient,
  kind: "Validating" | "Mutating",
  namespace: string,
  resources = ["configmaps"],
): Promise<void> {
  await kube.apply(
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: `${kind}WebhookConfiguration`,
      metadata: { name: `${namespace}.example` },
      webhooks: [
        {
          name: `${namespace}.hooks.example`,
          clientConfig: webhook.clientConfig(),
          rules: [{ apiGroups: [""], apiVersions: ["v1"], resources, operations: ["CREATE", "UPDATE"] }],
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
          failurePolicy: "Fail",
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          timeoutSeconds: 2,
        },
      ],
    } as unknown as KubeObject,
    { dryRun: false, force: true },
  );
  // The API server takes a moment to hear of it: the first review shows that it has.
  const { decide } = webhook;
  let reviewed = false;
  webhook.decide = (review) => {
    reviewed ||= review.object.metadata.name === "probe";
    return decide(review);
  };
  const probe = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "probe", namespace } };
  while (!reviewed) {
    await kube.apply(probe, { dryRun: true, force: true }).catch(() => undefined);
    await sleep(20);
  }
  webhook.decide = decide;
}
