import { hash } from "node:crypto";
import type { Json, KubeObject } from "../../core/manifest/kube-object.ts";
import { canonicalJson } from "../../core/plan/equal.ts";
import type { Resource } from "../../kube/discovery.ts";
import type { PartialObject } from "../../kube/kube-client.ts";
import { watchKind } from "../../kube/watch.ts";
import type { AgentContext } from "../agent-context.ts";

const admission = "admissionregistration.k8s.io";
/** Kinds whose objects have a say in what becomes of others. */
const rules = [
  { group: "", kind: "ResourceQuota" },
  { group: "", kind: "LimitRange" },
  // Its labels name the level of Pod Security, and whom policies and webhooks are for.
  { group: "", kind: "Namespace" },
  { group: admission, kind: "ValidatingAdmissionPolicy" },
  { group: admission, kind: "ValidatingAdmissionPolicyBinding" },
  { group: admission, kind: "MutatingAdmissionPolicy" },
  { group: admission, kind: "MutatingAdmissionPolicyBinding" },
  { group: admission, kind: "ValidatingWebhookConfiguration" },
  { group: admission, kind: "MutatingWebhookConfiguration" },
];

/** Watches what admission goes by, whoever owns it: one watch per kind, or where the agent is confined per kind and namespace. */
export interface RulesWatch {
  /** From now on, unless it does so already. Never rejects: what cannot be watched is left out. */
  begin(): void;
  close(): Promise<void>;
}

/** @param onChange of a rule that was made, changed or deleted; with the namespace that it is for, undefined when it is for all of them */
export function createRulesWatch(
  { kube, log, confine }: Pick<AgentContext, "kube" | "log" | "confine">,
  onChange: (namespace: string | undefined) => void,
): RulesWatch {
  const watches: { stop(): Promise<void> }[] = [];
  let begun = false;
  let closed = false;

  function watch(resource: Resource, namespace?: string): void {
    /** What each says, and for which namespace, by its name and that. */
    let known: Map<string, { says: string; of: string | undefined }> | undefined;
    const entry = (object: PartialObject): [string, { says: string; of: string | undefined }] => {
      const { name, namespace: within } = object.metadata;
      const of = resource.kind === "Namespace" ? name : within;
      return [`${within ?? ""}/${name}`, { says: sayingOf(object), of }];
    };
    const place = namespace === undefined ? {} : { namespace };
    const handler = {
      onList(items: PartialObject[]) {
        const now = new Map(items.map(entry));
        const before = known ?? now;
        known = now;
        for (const [key, { of, says }] of now) if (before.get(key)?.says !== says) onChange(of);
        for (const [key, { of }] of before) if (!now.has(key)) onChange(of);
      },
      onEvent(type: "ADDED" | "MODIFIED" | "DELETED", object: PartialObject) {
        const [key, one] = entry(object);
        const isSame = known?.get(key)?.says === one.says;
        if (type === "DELETED") known?.delete(key);
        else known?.set(key, one);
        if (type === "DELETED" || !isSame) onChange(one.of);
      },
      onBreak: (reason: unknown) => log.debug({ kind: resource.kind, reason: String(reason) }, "a rule is not watched"),
    };
    watches.push(watchKind(kube, resource, { ...place, whole: true }, handler));
  }

  async function begin(): Promise<void> {
    const found = await Promise.all(rules.map(({ group, kind }) => kube.discovery.findGroupKind(group, kind)));
    if (closed) return;
    for (const resource of found) {
      if (resource === undefined) continue;
      if (confine === undefined) watch(resource);
      else if (resource.namespaced) for (const namespace of confine) watch(resource, namespace);
    }
  }

  return {
    begin() {
      if (begun) return;
      begun = true;
      begin().catch((reason) => {
        begun = false;
        log.debug({ reason: String(reason) }, "what admission goes by is not watched yet");
      });
    },
    async close() {
      closed = true;
      await Promise.all(watches.map((one) => one.stop()));
    },
  };
}

/** All but who wrote it when, and what is in use; a quota counts from when its status says so too. */
function sayingOf(rule: PartialObject): string {
  const { apiVersion: _, kind: __, metadata, status, ...says } = rule as PartialObject & Partial<KubeObject>;
  const { uid, labels, deletionTimestamp } = metadata;
  const { hard } = (status ?? {}) as { hard?: Json };
  return hash("sha1", canonicalJson([uid, labels, deletionTimestamp, says, hard] as Json), "base64");
}
