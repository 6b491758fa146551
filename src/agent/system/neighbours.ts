import type { SystemConfig } from "../../core/config/system.ts";
import { quoted } from "../../core/manifest/quoted.ts";
import type { AgentContext } from "../agent-context.ts";
import { applySetId, ownerOf, parentOf } from "../cluster/inventory.ts";
import type { DesiredState, RenderContext } from "../render-tree.ts";

/**
 * The other systems of one repository on this cluster. An object may move from one to another in a single commit; it is then
 * handed over, never deleted, in whatever order the two are synced.
 */
export interface Neighbours {
  /** What keeps an object that the system no longer describes; undefined when nobody does. */
  keeperOf(key: string): Promise<Keeper | undefined>;
  /** The system of this repository that may give up the object: it no longer describes it, or is itself gone. */
  formerOwner(applySet: string, key: string): Promise<string | undefined>;
}

export type Keeper = { to: string } | { reason: string };

export interface NeighboursOptions<Other extends { config: SystemConfig }> {
  context: Omit<AgentContext, "send">;
  repositoryId: number;
  system: string;
  /** All systems of the repository on this cluster; asked once, and only when it matters. */
  look(): Promise<{ systems: readonly Other[]; broken: readonly unknown[] }>;
  render(other: Other, context: RenderContext): Promise<DesiredState>;
}

interface Neighbour {
  name: string;
  applySet: string;
  keys: ReadonlySet<string>;
  isWhole: boolean;
}

export function openNeighbours<Other extends { config: SystemConfig }>(options: NeighboursOptions<Other>): Neighbours {
  const { context, repositoryId, system, look, render } = options;
  const { kube, namespace } = context;
  let asked: Promise<{ others: Neighbour[]; isKnown: boolean }> | undefined;

  async function ask(): Promise<{ others: Neighbour[]; isKnown: boolean }> {
    const { systems, broken } = await look();
    const others = systems.filter(({ config }) => config.name !== system);
    return { others: await Promise.all(others.map(rendered)), isKnown: broken.length === 0 };
  }

  async function rendered(other: Other): Promise<Neighbour> {
    const { name } = other.config;
    const applySet = applySetId(parentOf(namespace, repositoryId, name));
    const { objects, findings, unavailable } = await render(other, { ...context, applySet });
    return {
      name,
      applySet,
      keys: new Set(objects.map(({ key }) => key)),
      isWhole: unavailable.length === 0 && findings.every(({ severity }) => severity !== "error"),
    };
  }

  const neighbours = () => {
    asked ??= ask();
    return asked;
  };
  return {
    async keeperOf(key) {
      const { others } = await neighbours();
      const owner = others.find(({ keys }) => keys.has(key));
      if (owner !== undefined) return { to: owner.name };
      const unclear = others.find(({ isWhole }) => !isWhole);
      return (
        unclear && {
          reason: `the manifests of the system ${unclear.name} have errors, so that it may move there; mend them first`,
        }
      );
    },
    async formerOwner(applySet, key) {
      const { others, isKnown } = await neighbours();
      const other = others.find((one) => one.applySet === applySet);
      if (other !== undefined) return other.isWhole && !other.keys.has(key) ? other.name : undefined;
      // While a branch cannot be read, whether a system is gone is not known.
      const owner = isKnown ? await ownerOf(kube, namespace, applySet) : undefined;
      return owner?.repositoryId === repositoryId && owner.system !== system ? owner.system : undefined;
    },
  };
}

/** As a person reads it in a plan and in a result. */
export const movesFrom = (from: string, to: string): string => `moves from system ${quoted(from)} to ${quoted(to)}`;
