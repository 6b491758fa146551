import type { SystemConfig } from "./system.ts";

/** A system's folder as it is rendered. */
export interface RenderedSystem extends Pick<SystemConfig, "name" | "path" | "namespace" | "confine"> {
  /** The only namespace that its objects may be in, by the rules that a commit meets; its own when left out. */
  confinedTo?: string;
}

/** The system within the confinement of the rules before: what lifts it counts from the next commit on, as with every guard. */
export function confinedBy<System extends RenderedSystem>(
  system: System,
  rules: Pick<SystemConfig, "confine" | "namespace">,
): System {
  const isSame = system.confine && system.namespace === rules.namespace;
  return rules.confine && !isSame ? { ...system, confine: true, confinedTo: rules.namespace } : system;
}
