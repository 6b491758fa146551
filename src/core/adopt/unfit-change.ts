import { MASK } from "../manifest/credentials-in-text.ts";
import { groupOf, type KubeObject } from "../manifest/kube-object.ts";
import { quoted } from "../manifest/quoted.ts";
import { equalJson } from "../plan/equal.ts";
import { type Segment, showPath } from "../plan/field-path.ts";
import { maskValue } from "../plan/secret-mask.ts";
import { Refusal } from "./refusal.ts";
import type { AdoptedChange } from "./resolve-changes.ts";

/** Why a change is not for Git, whatever the file looks like; undefined for all others. */
export function unfitChange(object: KubeObject, { path, to }: AdoptedChange): Refusal | undefined {
  const shown = quoted(showPath(path));
  if (isIdentity(path)) {
    return new Refusal(
      `${shown} is a part of the object's name: with another one it is another object. Edit it by hand if that is meant.`,
    );
  }
  const isSecret = object.kind === "Secret" && groupOf(object.apiVersion) === "";
  const hidden = to === undefined && isSecret ? "" : to;
  if (hidden === undefined) return undefined;
  // A masked value would be taken for the value itself.
  if (JSON.stringify(hidden).includes(MASK) || !equalJson(maskValue(object, path, hidden), hidden)) {
    return new Refusal(
      `${shown} holds what looks like a credential, and trueup writes none into Git; change it where your credentials are kept.`,
    );
  }
  return undefined;
}

function isIdentity([first, second]: readonly Segment[]): boolean {
  const name = (segment: Segment | undefined): string => (segment?.type === "field" ? segment.name : "");
  if (["apiVersion", "kind"].includes(name(first))) return true;
  return name(first) === "metadata" && (second === undefined || ["name", "namespace"].includes(name(second)));
}
