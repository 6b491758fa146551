import { isConfidential } from "../manifest/confidential.ts";
import {
  isBelowCredential,
  isCount,
  isFileName,
  isLogin,
  isOpenField,
  namesCredential,
} from "../manifest/credentials/names.ts";
import { MASK, withoutCredentialArguments, withoutCredentials } from "../manifest/credentials-in-text.ts";
import { groupOf, isMapping, type Json, type KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { hasKeys, type Segment, showPath } from "./field-path.ts";

/**
 * A field's value as it may be shown: whatever a Secret carries is hidden, what stands under a credential's name, and what looks
 * like one inside a text; that it changed still shows.
 *
 * @param object the one that holds the value: what stands beside it says whether it is a credential
 */
export function maskValue(object: KubeObject, path: readonly Segment[], value: Json): Json {
  const steps = path.map(stepOf);
  if (object.kind === "Secret" && groupOf(object.apiVersion) === "") {
    if (path.length === 0) return MASK;
    if (isConfidential(object, steps)) return masked(value);
  }
  // It names Secrets, and holds none.
  if (object.kind === "ServiceAccount" && groupOf(object.apiVersion) === "" && steps[0] === "secrets") return value;
  const last = steps.at(-1);
  const holder = placeAt(object as Json, path.slice(0, -1));
  if (last === "value" && namesOf(path.at(-2), holder).some(namesCredential)) return variable(value);
  const isReferred = last === "key" && isReference(holder);
  const isBelow = isBelowCredential(steps.slice(0, -1));
  if (isBelow && !isReferred) return hidden(value, last, true);
  if (Array.isArray(holder) && typeof value === "string") {
    const command = commandBeside(placeAt(object as Json, path.slice(0, -2)), steps.at(-2));
    return argumentIn(holder, path.at(-1)!, value, command);
  }
  if (isTexts(value) && !namesCredential(last)) return withoutCredentialArguments(value, commandBeside(holder, last));
  return hidden(value, last, false);
}

/** The place as people read it. An item of a set is its own name, and so told as it may be shown. */
export function maskedPath(object: KubeObject, path: readonly Segment[]): string {
  return showPath(
    path.map((segment, index) =>
      segment.type === "value"
        ? { ...segment, value: maskValue(object, path.slice(0, index + 1), segment.value) }
        : segment,
    ),
  );
}

/** Of an item of a list: what it is known by, and its name. */
function namesOf(item: Segment | undefined, holder: Json | undefined): (Json | undefined)[] {
  return [...(item?.type === "key" ? Object.values(item.keys) : []), isMapping(holder) ? holder.name : undefined];
}

/** One argument alone, after those that stand in front of it. */
function argumentIn(list: Json[], segment: Segment, value: string, command: string[]): Json {
  const isThere = segment.type === "index" && list[segment.index] === value;
  const index = isThere ? segment.index : list.findIndex((item) => equalJson(item, value));
  const before = list.slice(0, Math.max(0, index)).filter((item) => typeof item === "string");
  return withoutCredentialArguments([...before, value], command).at(-1)!;
}

/** A container's `command`, which its `args` follow. */
function commandBeside(container: Json | undefined, field: string | undefined): string[] {
  return field === "args" && isMapping(container) && isTexts(container.command) ? container.command : [];
}

function placeAt(object: Json, path: readonly Segment[]): Json | undefined {
  let place: Json | undefined = object;
  for (const segment of path) {
    if (place === undefined || place === null || typeof place !== "object") return undefined;
    if (!Array.isArray(place)) place = segment.type === "field" ? place[segment.name] : undefined;
    else if (segment.type === "key") place = place.find((item) => hasKeys(item, segment.keys));
    else place = segment.type === "field" ? undefined : place[segment.index];
  }
  return place;
}

function stepOf(segment: Segment): string {
  return segment.type === "field" ? segment.name : "";
}

/**
 * Without credentials, however deep: under their name, as `{name: DB_PASSWORD, value: …}`, as arguments and in texts.
 *
 * @param isBelow whether it stands below a credential's name, where only what tells where one is may be shown
 */
function hidden(value: Json, name: string | undefined, isBelow: boolean): Json {
  const hides = name === undefined ? isBelow : namesCredential(name) || (isBelow && !isOpenField(name));
  if (typeof value === "string" || typeof value === "number") {
    if (typeof value === "string" && isFileName(value)) return value;
    if ((hides && (isBelow || !isCount(name, String(value)))) || (name === "auth" && isLogin(String(value))))
      return MASK;
    return typeof value === "string" ? withoutCredentials(value) : value;
  }
  if (Array.isArray(value)) {
    return isTexts(value) && !hides
      ? withoutCredentialArguments(value)
      : value.map((one) => hidden(one, undefined, hides));
  }
  if (!isMapping(value)) return value;
  const [isCredential, refers, command] = [namesCredential(value.name), isReference(value), value.command];
  return mapFields(value, (inner, field) => {
    if (isCredential && field === "value") return variable(inner);
    if (field === "args" && isTexts(inner) && isTexts(command) && !hides)
      return withoutCredentialArguments(inner, command);
    return hidden(inner, field, hides && !(refers && field === "key"));
  });
}

/** `{name: shop, key: password}`: a key of a Secret, and not what it holds. */
function isReference(place: Json | undefined): boolean {
  return isMapping(place) && typeof (place.name ?? place.secretName) === "string";
}

function isTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** Of an environment variable, which may name the file that holds the secret. */
function variable(value: Json): Json {
  return typeof value === "string" && isFileName(value) ? value : masked(value);
}

function masked(value: Json): Json {
  if (Array.isArray(value)) return value.map(masked);
  return isMapping(value) ? mapFields(value, masked) : MASK;
}

function mapFields(value: { [name: string]: Json }, change: (inner: Json, name: string) => Json): Json {
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]));
}
