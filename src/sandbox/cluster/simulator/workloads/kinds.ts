import type { JsonObject, KubeObject, ObjectMeta } from "../../../../core/manifest/kube-object.ts";

/** The kinds that are simulated, as far as the simulation reads them. The registry has checked every object in the store. */
interface Kind<Spec, Status> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { namespace: string; uid: string };
  spec: Spec;
  status?: Status;
}

export interface LabelSelector {
  matchLabels?: { [label: string]: string };
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface PodTemplate {
  metadata?: { labels?: { [label: string]: string }; annotations?: { [name: string]: string } };
  spec: PodSpec;
}

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
}

export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  restartPolicy?: string;
  resources?: { requests?: { [resource: string]: string }; limits?: { [resource: string]: string } };
}

export interface PodSpec {
  nodeName?: string;
  schedulerName?: string;
  schedulingGates?: JsonObject[];
  nodeSelector?: { [label: string]: string };
  restartPolicy?: string;
  containers: Container[];
  initContainers?: Container[];
  volumes?: JsonObject[];
}

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  restartCount: number;
  started?: boolean;
  containerID?: string;
  state: ContainerState;
  lastState: ContainerState;
}

export interface ContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: { exitCode: number; reason: string; startedAt: string; finishedAt: string };
}

export interface PodStatus {
  phase?: "Pending" | "Running" | "Succeeded" | "Failed";
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
  startTime?: string;
  podIP?: string;
  podIPs?: { ip: string }[];
  hostIP?: string;
  hostIPs?: { ip: string }[];
  qosClass?: string;
}

export type Pod = Kind<PodSpec, PodStatus>;

export type ReplicaSet = Kind<
  { replicas?: number; minReadySeconds?: number; selector: LabelSelector; template: PodTemplate },
  {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    terminatingReplicas?: number;
    observedGeneration?: number;
    conditions?: Condition[];
  }
>;

export interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  terminatingReplicas?: number;
  collisionCount?: number;
  conditions?: Condition[];
}

export type Deployment = Kind<
  {
    replicas?: number;
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    progressDeadlineSeconds?: number;
    paused?: boolean;
    selector: LabelSelector;
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } };
    template: PodTemplate;
  },
  DeploymentStatus
>;

export type StatefulSet = Kind<
  {
    replicas?: number;
    minReadySeconds?: number;
    serviceName?: string;
    podManagementPolicy?: string;
    ordinals?: { start?: number };
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
    selector: LabelSelector;
    template: PodTemplate;
    volumeClaimTemplates?: { metadata: ObjectMeta; spec: JsonObject }[];
  },
  {
    observedGeneration?: number;
    replicas: number;
    readyReplicas?: number;
    availableReplicas: number;
    currentReplicas?: number;
    updatedReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    collisionCount?: number;
  }
>;

export type DaemonSet = Kind<
  {
    minReadySeconds?: number;
    updateStrategy?: {
      type?: string;
      rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
    };
    selector: LabelSelector;
    template: PodTemplate;
  },
  { observedGeneration?: number; [count: string]: number | undefined }
>;

export type Job = Kind<
  {
    parallelism?: number;
    completions?: number;
    backoffLimit?: number;
    activeDeadlineSeconds?: number;
    ttlSecondsAfterFinished?: number;
    suspend?: boolean;
    selector?: LabelSelector;
    template: PodTemplate;
  },
  {
    active?: number;
    ready?: number;
    terminating?: number;
    succeeded?: number;
    failed?: number;
    startTime?: string;
    completionTime?: string;
    conditions?: Condition[];
    uncountedTerminatedPods?: JsonObject;
  }
>;

/** The object as its kind; the caller knows which it is, for it asked the store for that resource. */
export function as<T extends Kind<object, object>>(object: KubeObject): T {
  return object as unknown as T;
}
