import { groupOf, type KubeObject } from "../manifest/kube-object.ts";
import { statusOf, text } from "./status-fields.ts";

const deploymentRevision = "deployment.kubernetes.io/revision";
const daemonSetGeneration = "deprecated.daemonset.template.generation";

/**
 * Those pods that tell how a workload's latest revision fares: an old revision's pods that fail are on their way out.
 * @param candidates of the workload's namespace; ReplicaSets are needed for Deployments alone
 */
export function currentPods(
  workload: KubeObject,
  candidates: { pods: readonly KubeObject[]; replicaSets: readonly KubeObject[] },
): KubeObject[] {
  const ownedBy = (owner: KubeObject) => candidates.pods.filter((pod) => isControlledBy(pod, owner));
  switch (`${groupOf(workload.apiVersion)}/${workload.kind}`) {
    case "/Pod":
      return [workload];
    case "apps/Deployment": {
      const newest = newestReplicaSet(candidates.replicaSets.filter((one) => isControlledBy(one, workload)));
      return newest === undefined ? [] : ownedBy(newest);
    }
    case "apps/StatefulSet": {
      const revision = text(statusOf(workload).updateRevision);
      return ownedBy(workload).filter((pod) => revision === "" || label(pod, "controller-revision-hash") === revision);
    }
    case "apps/DaemonSet": {
      const generation = workload.metadata.annotations?.[daemonSetGeneration];
      return ownedBy(workload).filter(
        (pod) => generation === undefined || label(pod, "pod-template-generation") === generation,
      );
    }
    default:
      return ownedBy(workload);
  }
}

function isControlledBy({ metadata }: KubeObject, owner: KubeObject): boolean {
  const { uid } = owner.metadata;
  return (
    uid !== undefined && (metadata.ownerReferences ?? []).some((one) => one.controller === true && one.uid === uid)
  );
}

function newestReplicaSet(replicaSets: readonly KubeObject[]): KubeObject | undefined {
  const revision = ({ metadata }: KubeObject) => Number(metadata.annotations?.[deploymentRevision] ?? 0);
  return replicaSets.toSorted((one, other) => revision(other) - revision(one))[0];
}

function label(pod: KubeObject, name: string): string | undefined {
  return pod.metadata.labels?.[name];
}
