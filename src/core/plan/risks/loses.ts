import type { KubeObject } from "../../manifest/kube-object.ts";
import { changedDefaults } from "./changed-defaults.ts";
import { podTemplateOf } from "./pod-template.ts";
import { prunedFields } from "./pruned-fields.ts";
import { added, fewNamed, kindOf, listAt, numberAt, type RiskRule, textAt } from "./risk.ts";

/** What keeps data now and would let it go. */
export const loses: RiskRule = ({ live, after }) => {
  if (live === undefined) return [];
  const becomes = (...names: string[]) => textAt(after, ...names) === "Delete" && textAt(live, ...names) !== "Delete";
  switch (kindOf(after)) {
    case "CustomResourceDefinition.apiextensions.k8s.io":
      return [...prunedFields(live, after), ...changedDefaults(live, after)];
    case "PersistentVolume":
      return becomes("spec", "persistentVolumeReclaimPolicy") ? ["it goes with its claim"] : [];
    case "StorageClass.storage.k8s.io":
      return becomes("reclaimPolicy") ? ["new volumes go with their claims"] : [];
    case "StatefulSet.apps": {
      const policy = ["spec", "persistentVolumeClaimRetentionPolicy"];
      const before = numberAt(live, "spec", "replicas") ?? 0;
      const less = before - (numberAt(after, "spec", "replicas") ?? before);
      const goesScaled = textAt(after, ...policy, "whenScaled") === "Delete";
      return [
        ...(becomes(...policy, "whenDeleted") ? ["its claims go when it is deleted"] : []),
        ...(goesScaled && less > 0 ? ["the claims of the pods that go"] : []),
        ...(becomes(...policy, "whenScaled") && less <= 0 ? ["claims go when it is scaled down"] : []),
        ...unmounted(live, after),
      ];
    }
    default:
      return unmounted(live, after);
  }
};

/** The claim stays, and its pods write to somewhere else. */
function unmounted(live: KubeObject, after: KubeObject): string[] {
  const gone = added(claimsOf(after), claimsOf(live));
  if (gone.length === 0) return [];
  return [
    `the claim${gone.length > 1 ? "s" : ""} ${fewNamed(gone)} ${gone.length > 1 ? "are" : "is"} not mounted any more`,
  ];
}

const claimsOf = (object: KubeObject): string[] =>
  listAt(podTemplateOf(object), "spec", "volumes").flatMap(
    (volume) => textAt(volume, "persistentVolumeClaim", "claimName") ?? [],
  );
