import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlPlane } from "../control-plane.ts";
import { type ApiAccess, apiRequest } from "./api-request.ts";

/** Applies objects as whoever installs something does: with a stock kubectl, as administrator. */
export function kubectlApply(plane: ControlPlane, objects: readonly object[]): void {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  execFileSync(plane.kubectl, ["--kubeconfig", plane.kubeconfig, "apply", "--server-side", "-f", "-"], {
    input: JSON.stringify(list),
    stdio: ["pipe", "ignore", "pipe"],
  });
}

/** A token of a service account, as the kubelet gets one for a pod (TokenRequest). */
export async function tokenOf(access: ApiAccess, namespace: string, name: string): Promise<string> {
  const answer = await apiRequest(access, `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    method: "POST",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } },
  });
  if (answer.status !== 201) throw new Error(`no token for ${namespace}/${name}: ${answer.text}`);
  return (answer.json() as { status: { token: string } }).status.token;
}

/** A kubeconfig file that holds nothing but a token. @returns its path */
export function kubeconfigWith(plane: Pick<ControlPlane, "url" | "ca">, token: string, folder: string): string {
  const file = join(folder, `kubeconfig-${Math.random().toString(36).slice(2)}`);
  const cluster = { server: plane.url, "certificate-authority-data": Buffer.from(plane.ca).toString("base64") };
  const config = {
    clusters: [{ name: "real", cluster }],
    users: [{ name: "service-account", user: { token } }],
    contexts: [{ name: "real", context: { cluster: "real", user: "service-account" } }],
    "current-context": "real",
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/** Rights take effect some milliseconds after they are written; asks as the account itself until it has this one. */
export async function untilAllowed(access: ApiAccess, wanted: object): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await apiRequest(access, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      method: "POST",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: wanted },
      },
    });
    if ((answer.json() as { status?: { allowed?: boolean } }).status?.allowed === true) return;
    await sleep(50);
  }
  throw new Error(`never allowed: ${JSON.stringify(wanted)}`);
}
