/** A Deployment to be changed by a case. */
export interface DeploymentDraft {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown>;
  spec: {
    selector: { matchLabels?: Record<string, string> };
    template: { metadata: object; spec: { containers: Record<string, unknown>[]; [field: string]: unknown } };
    [field: string]: unknown;
  };
}

/** A good Deployment, with something changed. */
export function deployment(name: string, change: (draft: DeploymentDraft) => void = () => {}): DeploymentDraft {
  const draft: DeploymentDraft = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "web", image: "nginx:1" }] },
      },
    },
  };
  change(draft);
  return draft;
}
