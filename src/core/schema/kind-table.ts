import { quoted } from "../manifest/quoted.ts";
import type { CustomResource } from "./custom-resources.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { SchemaFinding } from "./explain.ts";
import type { ServedResource } from "./kubernetes-schemas.ts";
import { deprecation, type Retired, retiredVersion } from "./retired-versions.ts";

export interface ServedKind {
  plural: string;
  namespaced: boolean;
  /** False for kinds that a cluster only answers, such as TokenReview. */
  applicable: boolean;
  /** Why it had better not be written, as a sentence's end: "is deprecated …". */
  deprecation?: string;
}

export interface KindTable {
  find(apiVersion: string, kind: string): ServedKind | undefined;
  with(customResources: readonly CustomResource[]): KindTable;
  explainUnknown(apiVersion: string, kind: string): SchemaFinding;
}

export function kindKey(group: string, version: string, kind: string): string {
  return `${group}/${version}/${kind}`;
}

export function createKindTable(resources: readonly ServedResource[]): KindTable {
  return table(
    new Map(
      resources.map(({ group, version, kind, plural, namespaced, verbs }) => [
        `${apiVersionOf(group, version)} ${kind}`,
        served(group, version, kind, plural, namespaced, verbs.includes("patch")),
      ]),
    ),
    new Set(),
  );
}

function served(
  group: string,
  version: string,
  kind: string,
  plural: string,
  namespaced: boolean,
  applicable: boolean,
): ServedKind {
  const why = deprecation(apiVersionOf(group, version), kind);
  return { plural, namespaced, applicable, ...(why !== undefined && { deprecation: why }) };
}

function table(kinds: ReadonlyMap<string, ServedKind>, notServed: ReadonlySet<string>): KindTable {
  return {
    find: (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`),
    with(customResources) {
      const served = new Map(kinds);
      const unserved = new Set(notServed);
      for (const { group, version, kind, plural, namespaced, ...resource } of customResources) {
        const key = `${apiVersionOf(group, version)} ${kind}`;
        const { deprecation } = resource;
        if (resource.served)
          served.set(key, { plural, namespaced, applicable: true, ...(deprecation && { deprecation }) });
        else unserved.add(key);
      }
      return table(served, unserved);
    },
    explainUnknown(apiVersion, kind) {
      const gone = retiredVersion(apiVersion, kind);
      if (gone !== undefined) return explainRetired(gone, apiVersion, kind, servedAs(kinds, kind));
      const message = `unknown kind ${quoted(kind)} of ${quoted(apiVersion)}; ${wayOut(kinds, notServed, apiVersion, kind)}`;
      // A kind that other versions have is well written; what is not there is its version.
      const misnamed = [...kinds.keys()].some((key) => key.endsWith(` ${kind}`)) ? "/apiVersion" : "/kind";
      return { pointer: misnamed, rule: "unknown-kind", message: `U${message.slice(1)}`, severity: "error" };
    },
  };
}

function servedAs(kinds: ReadonlyMap<string, ServedKind>, kind: string): string[] {
  return [...kinds.keys()].filter((key) => key.endsWith(` ${kind}`)).map((key) => key.split(" ")[0]!);
}

function explainRetired({ removed, note }: Retired, apiVersion: string, kind: string, now: string[]): SchemaFinding {
  // The preferred version stands first.
  const moved = now.length === 0 ? note : `write \`${now[0]}\`${note === undefined ? "" : `, where ${note}`}`;
  const message = `${kind} of \`${apiVersion}\` was removed in Kubernetes 1.${removed}; ${moved ?? "nothing replaces it"}.`;
  return { pointer: "/apiVersion", rule: "removed-version", message, severity: "error" };
}

function wayOut(
  kinds: ReadonlyMap<string, ServedKind>,
  notServed: ReadonlySet<string>,
  apiVersion: string,
  kind: string,
): string {
  if (notServed.has(`${apiVersion} ${kind}`)) {
    return "its CustomResourceDefinition has this version, but does not serve it (`served: false`).";
  }
  const all = [...kinds.keys()].map((key) => key.split(" ") as [string, string]);
  const elsewhere = servedAs(kinds, kind).map((version) => `\`${version}\``);
  if (elsewhere.length > 0) return `${kind} is served as ${elsewhere.join(" and ")}.`;
  const near = didYouMean(
    kind,
    all.filter(([version]) => version === apiVersion).map(([, known]) => known),
  );
  if (near !== undefined) return `did you mean \`${near}\`?`;
  const nearAnywhere = didYouMean(kind, new Set(all.map(([, known]) => known)));
  const where = all.find(([, known]) => known === nearAnywhere);
  if (where !== undefined) return `did you mean \`${where[1]}\` of \`${where[0]}\`?`;
  return "if a CustomResourceDefinition describes it, keep that in the same system, so that it can be checked.";
}

function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}
