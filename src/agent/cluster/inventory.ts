import { hash } from "node:crypto";
import { groupOf, type KubeObject, type ObjectRef } from "../../core/manifest/kube-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import type { Pause } from "../../link/messages.ts";
import { ensureNamespace } from "../system/prerequisites.ts";
import type { Confinement } from "./confinement.ts";
import type { GroupKind } from "./group-kind.ts";

/**
 * What a system's ApplySet parent says (KEP-3659, https://git.k8s.io/enhancements/keps/sig-cli/3659-kubectl-apply-prune):
 * where members may be, so that others can find them, and which commit was processed last.
 */
export interface InventoryRecord extends Processed {
  groupKinds: GroupKind[];
  namespaces: string[];
  /** Until when nothing of the system is written; written by {@link Inventory.setPause} alone. */
  pause?: Pause | undefined;
}

/** The commit that went through last, and whose guards it met. */
export interface Processed {
  revision: string | undefined;
  /** The revision whose guards counted when `revision` went through; undefined: its own, since there was none before it. */
  policyRevision: string | undefined;
  /** Something was held, so that the cluster is not wholly what `revision` says. */
  held: boolean;
  /** What is held because no merged plan told of its deletion: names of the very objects, or `*` for whatever there is. */
  unplanned: string[];
}

export interface Inventory {
  /** The ApplySet's id, which its members carry as a label. */
  id: string;
  /** undefined when there is none (yet). */
  read(): Promise<InventoryRecord | undefined>;
  /** Costs a request only when it differs from what was read or written last. */
  write(record: InventoryRecord): Promise<void>;
  /** @param pause undefined: none (any more) */
  setPause(pause: Pause | undefined): Promise<void>;
  /** Writes again what was written last, for a parent that somebody deleted. */
  restore(signal: AbortSignal): Promise<void>;
}

export interface InventoryOptions {
  kube: KubeClient;
  /** The agent's own, so that deleting a system's namespace does not lose it. */
  namespace: string;
  /** Whoever is confined makes no namespace, not even its own. */
  confine: Confinement | undefined;
  mark?: string | undefined;
  repositoryId: number;
  system: string;
  /** Of trueup, for the `tooling` annotation. */
  version: string;
}

/** The label by which a parent is known. */
export const APPLY_SET_ID = "applyset.kubernetes.io/id";

const annotation = {
  tooling: "applyset.kubernetes.io/tooling",
  groupKinds: "applyset.kubernetes.io/contains-group-kinds",
  namespaces: "applyset.kubernetes.io/additional-namespaces",
  repository: "trueup.dev/repository",
  system: "trueup.dev/system",
  revision: "trueup.dev/revision",
  policyRevision: "trueup.dev/policy-revision",
  held: "trueup.dev/held",
  unplanned: "trueup.dev/unplanned",
  pause: "trueup.dev/pause",
} as const;

/** The parent of a system: two repositories may have systems of one name. */
export function parentOf(namespace: string, repositoryId: number, system: string): ObjectRef {
  return { apiVersion: "v1", kind: "ConfigMap", namespace, name: `trueup-${repositoryId}-${system}` };
}

/** As the KEP derives it from the parent: `applyset-<base64(sha256(<name>.<namespace>.<kind>.<group>))>-v1`. */
export function applySetId({ name, namespace, kind, apiVersion }: ObjectRef): string {
  return `applyset-${hash("sha256", `${name}.${namespace}.${kind}.${groupOf(apiVersion)}`, "base64url")}-v1`;
}

export function openInventory({
  kube,
  namespace,
  confine,
  mark,
  repositoryId,
  system,
  version,
}: InventoryOptions): Inventory {
  const ref = parentOf(namespace, repositoryId, system);
  const id = applySetId(ref);
  let known: InventoryRecord | undefined;
  /** What somebody asks of this process counts more than what was written before, and is being written now. */
  let asked: { pause: Pause | undefined } | undefined;
  const withPause = (record: InventoryRecord) => (asked === undefined ? record : { ...record, ...asked });

  async function read(): Promise<InventoryRecord | undefined> {
    known = recordOf(await kube.get(ref));
    return known && withPause(known);
  }

  async function write(record: InventoryRecord): Promise<void> {
    const next = sorted(withPause({ ...record, pause: known?.pause }));
    if (known !== undefined && equalRecords(known, next)) return;
    await kube.apply(parent(next), { dryRun: false, force: true });
    known = next;
  }

  return {
    id,
    read,
    write,
    async setPause(pause) {
      const record = (await read()) ?? noMembers;
      asked = { pause };
      if (confine === undefined) await ensureNamespace({ kube, mark }, namespace, AbortSignal.timeout(10_000));
      await write(record);
    },
    async restore(signal) {
      const lost = known;
      if (lost === undefined) return;
      if (confine === undefined) await ensureNamespace({ kube, mark }, namespace, signal);
      await kube.apply(parent(lost), { dryRun: false, force: true });
    },
  };

  function parent(record: InventoryRecord): KubeObject {
    const { groupKinds, namespaces, revision, policyRevision, held, unplanned, pause } = record;
    return {
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      metadata: {
        name: ref.name,
        namespace,
        labels: { [APPLY_SET_ID]: id },
        annotations: {
          [annotation.tooling]: `trueup/v${version}`,
          [annotation.groupKinds]: groupKinds
            .map(({ group, kind }) => (group === "" ? kind : `${kind}.${group}`))
            .join(),
          [annotation.namespaces]: namespaces.filter((one) => one !== namespace).join(),
          [annotation.repository]: String(repositoryId),
          [annotation.system]: system,
          ...(revision === undefined ? {} : { [annotation.revision]: revision }),
          ...(policyRevision === undefined ? {} : { [annotation.policyRevision]: policyRevision }),
          ...(held ? { [annotation.held]: "true" } : {}),
          ...(unplanned.length > 0 ? { [annotation.unplanned]: unplanned.join() } : {}),
          ...(pause === undefined ? {} : { [annotation.pause]: JSON.stringify(pause) }),
        },
      },
    };
  }
}

const noMembers: InventoryRecord = {
  groupKinds: [],
  namespaces: [],
  revision: undefined,
  policyRevision: undefined,
  held: false,
  unplanned: [],
};

/** Where an agent keeps an inventory, and the number that GitHub has given to its repository. */
export interface InventoryPlace {
  namespace: string;
  repositoryId: number;
}

/** The inventories of systems of that name. @param namespace undefined: in all of them */
export async function inventoriesNamed(
  kube: KubeClient,
  system: string,
  namespace?: string,
): Promise<InventoryPlace[]> {
  const configMaps = await kube.discovery.find("v1", "ConfigMap");
  if (configMaps === undefined) return [];
  const where = namespace === undefined ? {} : { namespace };
  const { items } = await kube.listMetadata(configMaps, { ...where, labelSelector: APPLY_SET_ID });
  return (
    items
      .filter(({ metadata }) => metadata.annotations?.[annotation.system] === system)
      .map(({ metadata: { namespace = "", annotations, labels } }) => {
        const repositoryId = Number(annotations?.[annotation.repository]);
        return { namespace, repositoryId, id: labels?.[APPLY_SET_ID] };
      })
      // A copy in another namespace is nobody's.
      .filter((one) => one.id === applySetId(parentOf(one.namespace, one.repositoryId, system)))
  );
}

/** Whose ApplySet it is, by its parent's annotations; undefined when it has none here, or one that is not of our making. */
export async function ownerOf(
  kube: KubeClient,
  namespace: string,
  applySet: string,
): Promise<{ repositoryId: number; system: string } | undefined> {
  // A label's value comes from the cluster, and must not become a selector of more than it says.
  if (!/^applyset-[\w-]{43}-v1$/.test(applySet)) return undefined;
  const configMaps = await kube.discovery.find("v1", "ConfigMap");
  if (configMaps === undefined) return undefined;
  const labelSelector = `${APPLY_SET_ID}=${applySet}`;
  const { items } = await kube.listMetadata(configMaps, { namespace, labelSelector });
  const owners = items.map(({ metadata }) => ({
    repositoryId: Number(metadata.annotations?.[annotation.repository]),
    system: metadata.annotations?.[annotation.system] ?? "",
  }));
  return owners.find(({ repositoryId, system }) => applySetId(parentOf(namespace, repositoryId, system)) === applySet);
}

function recordOf(parent: KubeObject | undefined): InventoryRecord | undefined {
  if (parent === undefined) return undefined;
  const { annotations = {} } = parent.metadata;
  return sorted({
    groupKinds: listOf(annotations[annotation.groupKinds]).map((text) => {
      const dot = text.indexOf(".");
      return dot < 0 ? { group: "", kind: text } : { group: text.slice(dot + 1), kind: text.slice(0, dot) };
    }),
    namespaces: listOf(annotations[annotation.namespaces]),
    revision: commitIn(annotations[annotation.revision]),
    policyRevision: commitIn(annotations[annotation.policyRevision]),
    held: annotations[annotation.held] === "true",
    unplanned: listOf(annotations[annotation.unplanned]),
    pause: pauseIn(annotations[annotation.pause]),
  });
}

/** Anybody who may write to the inventory may write it; what cannot be read is none. */
function pauseIn(text: string | undefined): Pause | undefined {
  try {
    const { until, by, reason } = JSON.parse(text ?? "null") ?? {};
    if (typeof until !== "string" || typeof by !== "string" || Number.isNaN(Date.parse(until))) return undefined;
    return { until, by, ...(typeof reason === "string" ? { reason } : {}) };
  } catch {
    return undefined;
  }
}

const commitIn = (text: string | undefined): string | undefined =>
  text !== undefined && /^[0-9a-f]{40,64}$/.test(text) ? text : undefined;

const listOf = (text: string | undefined): string[] => (text ?? "").split(",").filter((one) => one !== "");

function sorted({ groupKinds, namespaces, ...processed }: InventoryRecord): InventoryRecord {
  const byName = new Map(groupKinds.map(({ group, kind }) => [`${kind}.${group}`, { group, kind }]));
  return {
    groupKinds: [...byName.keys()].sort().map((name) => byName.get(name)!),
    namespaces: [...new Set(namespaces)].sort(),
    ...processed,
  };
}

function equalRecords(a: InventoryRecord, b: InventoryRecord): boolean {
  return equalJson(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}
