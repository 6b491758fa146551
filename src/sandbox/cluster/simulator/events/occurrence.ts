import type { KubeObject } from "../../../../core/manifest/kube-object.ts";

/** Something that happened to an object, as an Event tells it. */
export interface Occurrence {
  about: KubeObject;
  /** A part of it: `spec.containers{web}`. */
  fieldPath?: string;
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  /** Who tells: `kubelet`. */
  source: string;
}
