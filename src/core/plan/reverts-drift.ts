import type { FieldChange } from "./plan.ts";

/** Whether merging takes back what somebody did in the cluster, be it that the pull request changes the same field. */
export const revertsDrift = (field: FieldChange): boolean => field.cause === "drift" || isOverDrift(field);

/** Whether a plan's field is the pull request's, and somebody has changed it in the cluster before. */
export const isOverDrift = ({ cause, manager }: FieldChange): boolean =>
  cause === "pull-request" && manager !== undefined;
