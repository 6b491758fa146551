import { identityKey, type KubeObject, refOf, titleOf } from "../../core/manifest/kube-object.ts";
import { driftedFields } from "./drifted-fields.ts";
import type { LiveChange } from "./live-side.ts";
import { agentManager } from "./pairs.ts";

/** Drift that was put back. */
export interface Heal {
  key: string;
  at: Date;
  /** How long it had lasted. */
  milliseconds: number;
  /** `Shape demo/star` */
  object: string;
  /** `spec.color purple → red`, or `deleted`. */
  what: string;
  /** The field manager that wrote it, as it names itself; undefined when unknown. */
  writer: string | undefined;
  /** The object as it was then; undefined when it was gone. */
  broken: KubeObject | undefined;
}

type Break = Pick<Heal, "at" | "what" | "writer" | "broken">;

const most = 12;

/**
 * Looks on as objects drift and come back. A heal takes milliseconds, so nobody would see the red circle otherwise.
 * What counts is what Git wants at that moment: `forget` when it wants something else.
 */
export function healLog({ now, wanted }: { now: () => Date; wanted(key: string): KubeObject | undefined }) {
  const broken = new Map<string, Break>();
  let heals: Heal[] = [];

  const healed = (key: string, object: KubeObject): void => {
    const before = broken.get(key);
    if (before === undefined) return;
    broken.delete(key);
    const at = now();
    heals = [
      {
        ...before,
        key: `${key} ${before.at.getTime()}`,
        at,
        milliseconds: at.getTime() - before.at.getTime(),
        object: titleOf(refOf(object)),
      },
      ...heals,
    ].slice(0, most);
  };

  return {
    heals: (): readonly Heal[] => heals,
    forget: (): void => broken.clear(),
    see({ type, object }: LiveChange): void {
      const key = identityKey(refOf(object));
      const want = wanted(key);
      if (want === undefined) return;
      if (type === "DELETED") {
        broken.set(key, { at: broken.get(key)?.at ?? now(), what: "deleted", writer: undefined, broken: undefined });
        return;
      }
      if (object.metadata.deletionTimestamp !== undefined) return;
      const drifted = driftedFields(want, object);
      if (drifted.length === 0) {
        healed(key, object);
        return;
      }
      const writers = drifted.map(({ writer }) => writer);
      // The agent is at work on what Git wants: a rollout, or a heal that is not complete yet.
      if (type === "ADDED" || writers.every((writer) => writer === agentManager)) return;
      const writer = writers.find((one) => one !== agentManager && one !== undefined);
      const what = drifted
        .map(({ path, wanted: want, actual }) => `${path} ${want} → ${actual ?? "nothing"}`)
        .join(", ");
      broken.set(key, { at: broken.get(key)?.at ?? now(), what, writer, broken: object });
    },
  };
}
