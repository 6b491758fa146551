/** A kubeconfig (as JSON, which is YAML) of one user on one cluster. */
export function kubeconfig({
  url,
  ca,
  token,
  namespace,
}: {
  url: string;
  ca: string;
  token: string;
  namespace: string;
}): string {
  const name = "trueup-sandbox";
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: url, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name, context: { cluster: name, user: "admin", namespace } }],
    "current-context": name,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
