const levels = ["privileged", "baseline", "restricted"] as const;

/** Each allows less than the one before. */
export type PodSecurityLevel = (typeof levels)[number];

export interface LevelVersion {
  level: PodSecurityLevel;
  /** `latest` or `v1.30`. */
  version: string;
}

export type Labels = Readonly<Record<string, string>>;

export const prefix = "pod-security.kubernetes.io/";

/**
 * What a namespace demands of its pods, and what the server warns of
 * (https://kubernetes.io/docs/concepts/security/pod-security-admission/): without a label of its own for warnings, of what it enforces.
 */
export function podSecurityOf(labels: Labels): Record<"enforce" | "warn", LevelVersion> {
  const enforce = modeOf(labels, "enforce");
  const isWarned = labels[`${prefix}warn`] !== undefined;
  const version = labels[`${prefix}warn-version`] ?? enforce.version;
  return { enforce, warn: isWarned ? modeOf(labels, "warn") : { level: enforce.level, version } };
}

/** @param before undefined where the namespace is new */
export const isOtherPolicy = (before: Labels | undefined, after: Labels): boolean =>
  before === undefined || JSON.stringify(podSecurityOf(before)) !== JSON.stringify(podSecurityOf(after));

/** Whether the server, as the namespace is, warns of all that it would refuse once the namespace is as it will be. */
export const isJudgedAlike = (before: Labels | undefined, after: Labels): boolean =>
  before !== undefined && !isLooser(podSecurityOf(after).enforce.level, podSecurityOf(before).warn.level);

/** What the server says of a namespace whose pods it is told to let be, whatever the labels say. */
export const isExempt = (text: string): boolean => /^namespace "[^"]*" is exempt from Pod Security/.test(text);

/** Whether what the first allows, the second allows and more. */
export const isLooser = (than: PodSecurityLevel, level: PodSecurityLevel): boolean =>
  levels.indexOf(level) < levels.indexOf(than);

function modeOf(labels: Labels, mode: "enforce" | "warn"): LevelVersion {
  const written = labels[`${prefix}${mode}`];
  // Any other word the server refuses.
  const level = levels.find((one) => one === written) ?? "privileged";
  return { level, version: labels[`${prefix}${mode}-version`] ?? "latest" };
}
