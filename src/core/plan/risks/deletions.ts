import type { ObjectRef } from "../../manifest/kube-object.ts";
import type { Risk } from "../plan.ts";
import { kindOf } from "./risk.ts";

/** What comes of an object's absence, beyond that it is gone. */
const risks = new Map<string, Risk>([
  [
    "NetworkPolicy.networking.k8s.io",
    { kind: "exposes", text: "its pods to everything, where no other policy selects them" },
  ],
  ["PersistentVolume", { kind: "loses", text: "what is stored in it, unless the storage itself is kept" }],
  [
    "HorizontalPodAutoscaler.autoscaling",
    { kind: "stops", text: "its workload is scaled no more", withoutLive: "its workload is scaled no more" },
  ],
]);

export function risksOfDeletion(ref: ObjectRef): Risk[] {
  const risk = risks.get(kindOf(ref));
  return risk === undefined ? [] : [risk];
}
