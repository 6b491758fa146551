import { type Fields, isSet, type Rule, type Violation } from "./rule.ts";

const notSources = new Set([
  "accessModes",
  "capacity",
  "claimRef",
  "mountOptions",
  "nodeAffinity",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "volumeAttributesClassName",
  "volumeMode",
]);

/** A volume is of exactly one kind; a pod's without any is an empty folder. */
export const oneVolumeSource: Rule = {
  name: "one-volume-source",
  objects: {
    "core.v1.Volume": (volume) => tooMany(Object.keys(volume).filter((name) => name !== "name" && isSet(volume[name]))),
    "core.v1.PersistentVolumeSpec": (spec) => {
      const sources = sourcesOf(spec);
      if (sources.length > 0) return tooMany(sources);
      return [{ predicate: "lacks the kind of volume that it is, such as `csi`, `nfs` or `local`" }];
    },
  },
};

function sourcesOf(spec: Fields): string[] {
  return Object.keys(spec).filter((name) => !notSources.has(name) && isSet(spec[name]));
}

function tooMany([first, ...others]: readonly string[]): Violation[] {
  return others.map((name) => ({ predicate: `makes this volume of two kinds, beside \`${first}\``, at: [name] }));
}
