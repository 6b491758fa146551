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

/** What goes with an object that is being deleted, though it is made anew afterwards. */
const goesWith = new Map([
  ["Namespace", "everything in it goes with it"],
  ["PersistentVolumeClaim", "what is stored in it may go with it"],
  ["PersistentVolume", "what is stored in it may go with it"],
  ["CustomResourceDefinition.apiextensions.k8s.io", "all objects of its kind go with it"],
]);

export function risksOfGoing(ref: ObjectRef): Risk[] {
  const loss = goesWith.get(kindOf(ref));
  return loss === undefined ? [] : [{ kind: "loses", text: `somebody is deleting it, and ${loss}` }];
}
