import { groupOf, type KubeObject, type ObjectRef } from "../../core/manifest/kube-object.ts";
import { marked } from "../../core/plan/guards/made-elsewhere.ts";
import { customResourcesIn } from "../../core/schema/custom-resources.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isKubeError, isRefusal } from "../../kube/kube-error.ts";
import type { AgentContext } from "../agent-context.ts";
import { type Clock, realClock } from "../clock.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { NotYet } from "../refused.ts";

/** How long the cluster may take for what it does by itself: remove a namespace, serve a definition. */
const patience = 60_000;

/** Asks, ever less often, until the answer is not undefined. @throws NotYet, or the signal's reason */
async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  signal: AbortSignal,
  clock: Clock = realClock,
): Promise<T> {
  const deadline = clock.now() + patience;
  for (let wait = 20; ; wait = Math.min(wait * 1.5, 1_000)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (clock.now() > deadline) throw new NotYet(`${what}: not within ${patience / 1000} s`);
    await clock.sleep(wait, signal);
  }
}

/** Why what is being deleted does not go, as it follows the object's name. */
export const finalizersFirst = "is being deleted, and its finalizers have to end first";

/** Waits until an object that is being deleted is gone. @throws NotYet, or the signal's reason */
export async function untilGone(
  kube: KubeClient,
  ref: ObjectRef,
  signal: AbortSignal,
  clock: Clock = realClock,
): Promise<void> {
  const where = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
  await until(
    `${ref.kind} ${where} ${finalizersFirst}`,
    async () => {
      const live = await kube.get(ref);
      return live?.metadata.deletionTimestamp === undefined ? true : undefined;
    },
    signal,
    clock,
  );
}

/** Makes a namespace that no manifest makes. It carries no label of ours, and so is never pruned. */
export async function ensureNamespace(
  { kube, mark }: Pick<AgentContext, "kube" | "mark">,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const ref: ObjectRef = { apiVersion: "v1", kind: "Namespace", name };
  let live = await kube.get(ref);
  if (live?.metadata.deletionTimestamp !== undefined) {
    await untilGone(kube, ref, signal);
    live = await kube.get(ref);
  }
  if (live !== undefined) return;
  const namespace = marked({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, mark);
  try {
    await kube.apply(namespace, { dryRun: false, force: true, ...(mark === undefined ? {} : { onto: "nothing" }) });
  } catch (thrown) {
    // Somebody made it in between, and so it is there.
    if (mark === undefined || !isKubeError(thrown, 409)) throw thrown;
  }
}

export function isDefinition({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): boolean {
  return kind === "CustomResourceDefinition" && groupOf(apiVersion) === "apiextensions.k8s.io";
}

/** Waits until the cluster serves what a definition defines, and watches it anew if it was watched. */
export async function untilServed(
  kube: KubeClient,
  view: ClusterView,
  definition: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const { name } = definition.metadata;
  const ref = { apiVersion: definition.apiVersion, kind: definition.kind, name };
  await until(
    `CustomResourceDefinition ${name} is not Established`,
    async () => (isEstablished(await kube.get(ref)) ? true : undefined),
    signal,
  );
  const served = customResourcesIn([definition]).filter((one) => one.served);
  for (const { group, version, kind } of served) {
    kube.discovery.forget(group);
    await until(`${kind} is not served`, () => kube.discovery.find(`${group}/${version}`, kind), signal);
  }
  const kinds = new Map(served.map(({ group, kind }) => [`${group}/${kind}`, { group, kind }]));
  await Promise.all(
    [...kinds.values()].map(async (kind) => {
      try {
        await view.refollow(kind, signal);
      } catch (thrown) {
        // Told of each object of the kind; the definition itself is there.
        if (!isRefusal(thrown)) throw thrown;
      }
    }),
  );
}

function isEstablished(definition: KubeObject | undefined): boolean {
  const status = definition?.status as { conditions?: { type?: string; status?: string }[] } | undefined;
  return status?.conditions?.some(({ type, status }) => type === "Established" && status === "True") ?? false;
}
