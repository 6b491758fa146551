/** kstatus' words: https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md */
export type HealthStatus = "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound" | "Unknown";

export interface Health {
  status: HealthStatus;
  /** A short CamelCase reason (`LessReplicas`, `ImagePullBackOff`), empty when `Current`. */
  reason: string;
  /** One sentence for a person. */
  message: string;
}

export function current(message: string): Health {
  return { status: "Current", reason: "", message };
}

export function inProgress(reason: string, message: string): Health {
  return { status: "InProgress", reason, message };
}

export function failed(reason: string, message: string): Health {
  return { status: "Failed", reason, message };
}
