import type { ObjectMeta } from "../../manifest/kube-object.ts";

/** The annotation with which one object says that leaving Git does not delete it. */
export const PROTECT = "trueup.dev/protect";

/** Whether the live object says so: what a commit takes out of Git cannot loosen it in the same breath. */
export function isProtected({ annotations }: Pick<ObjectMeta, "annotations">): boolean {
  return annotations?.[PROTECT] === "true";
}

/** Said of what is held, and of what somebody has let go all the same. */
export const protectedReason = `its annotation ${PROTECT} asks to keep it`;
