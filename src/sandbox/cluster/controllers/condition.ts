/** One of a status's `conditions`, as controllers write it. */
export interface Condition {
  type: string;
  status: string;
  lastTransitionTime: string;
  reason: string;
  message: string;
}
