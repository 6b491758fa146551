import type { KubeObject } from "../../core/manifest/kube-object.ts";
import type { Damage } from "./damage.ts";

/** The system as Git wants it. */
export interface Desired {
  /** Commit SHA that was read. */
  revision: string;
  objects: KubeObject[];
  /** Why the manifests could not be read, as a sentence for a person. */
  problem?: string;
}

/** One line of what the agent told about drift it put back. */
export interface Heal {
  /** ISO 8601. */
  at: string;
  /** The field manager that drifted it, as it names itself; undefined when unknown. */
  writer: string | undefined;
  /** One sentence, for example `Shape demo/star: spec.color red → purple`. */
  what: string;
}

/** What the picture is drawn from; reads only, but for {@link PictureSource.breakIt}. */
export interface PictureSource {
  /** Manifests at the tip of the tracked branch, namespaces filled in. */
  desired(): Promise<Desired>;
  /** Every object in the cluster now; the picture picks what it needs. */
  live(): KubeObject[];
  /** Calls back after something in the cluster, in Git or among the heals moved; returns how to stop. */
  onChange(changed: () => void): () => void;
  /** Newest first. */
  recentHeals(): Promise<Heal[]>;
  /** Drifts the live side as a person with kubectl would; throws an error with a sentence to show. */
  breakIt(damage: Damage): Promise<void>;
}
