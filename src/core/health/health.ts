/** kstatus' words: https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md */
export type HealthStatus = "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound" | "Unknown";

export interface Health {
  status: HealthStatus;
  /** A short CamelCase reason (`LessReplicas`, `ImagePullBackOff`), empty when `Current`. */
  reason: string;
  /** One sentence for a person. */
  message: string;
}
