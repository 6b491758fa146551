import { isKubeError, isPartlyDown, KubeUnreachable } from "./kube-error.ts";
import type { Transport } from "./transport.ts";

/** A kind as the API server serves it. */
export interface Resource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  verbs: readonly string[];
}

export interface Discovery {
  /** Undefined when the server does not serve the kind; asks it again first, since CRDs come and go. */
  find(apiVersion: string, kind: string): Promise<Resource | undefined>;
  /** By group and kind in the version that the server prefers. */
  findGroupKind(group: string, kind: string): Promise<Resource | undefined>;
  /** All kinds, each in the version that its group prefers; without those of a group whose server does not answer. */
  all(): Promise<Resource[]>;
  /** What was learnt of a group is asked for again when it is next needed. */
  forget(group: string): void;
}

interface RawGroups {
  groups?: { name: string; preferredVersion: { version: string } }[];
}

interface RawList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}

/** Asks per group version, and only for those that come up: a cluster may serve a hundred that nobody here needs. */
export function createDiscovery(transport: Transport): Discovery {
  const known = new Map<string, Promise<Resource[]>>();

  function load(group: string, version: string): Promise<Resource[]> {
    const apiVersion = group === "" ? version : `${group}/${version}`;
    const loading = (async () => {
      const path =
        group === ""
          ? `/api/${encodeURIComponent(version)}`
          : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
      try {
        const { resources = [] } = (await transport.request({ method: "GET", path })) as RawList;
        return resources
          .filter(({ name }) => !name.includes("/"))
          .map(({ name, kind, namespaced, verbs }) => ({ group, version, kind, plural: name, namespaced, verbs }));
      } catch (thrown) {
        if (!isKubeError(thrown, 404)) throw thrown;
        await demandKubernetes(apiVersion);
        return [];
      }
    })();
    known.set(apiVersion, loading);
    loading.catch(() => known.delete(apiVersion));
    return loading;
  }

  /** A group or a version may not be served; the core group's v1 is everywhere, or else the address leads to something that is no such API. */
  async function demandKubernetes(missing: string): Promise<void> {
    if (missing !== "v1") return void (await (known.get("v1") ?? load("", "v1")));
    const why = "it answers 404 at /api/v1, so this is no Kubernetes API; look at the path of the server's address";
    throw new KubeUnreachable(transport.server, why);
  }

  async function versions(group: string): Promise<string[]> {
    if (group === "") return ["v1"];
    try {
      const answer = (await transport.request({ method: "GET", path: `/apis/${encodeURIComponent(group)}` })) as {
        preferredVersion?: { version: string };
        versions?: { version: string }[];
      };
      const all = (answer.versions ?? []).map(({ version }) => version);
      const preferred = answer.preferredVersion?.version;
      return preferred === undefined ? all : [preferred, ...all.filter((version) => version !== preferred)];
    } catch (thrown) {
      if (isKubeError(thrown, 404)) return [];
      throw thrown;
    }
  }

  const ofKind = (resources: Resource[], kind: string) => resources.find((resource) => resource.kind === kind);

  return {
    async find(apiVersion, kind) {
      const slash = apiVersion.indexOf("/");
      const group = slash < 0 ? "" : apiVersion.slice(0, slash);
      const version = apiVersion.slice(slash + 1);
      const cached = await known.get(apiVersion);
      return (cached && ofKind(cached, kind)) ?? ofKind(await load(group, version), kind);
    },
    async findGroupKind(group, kind) {
      for (const version of await versions(group)) {
        const found = await this.find(group === "" ? version : `${group}/${version}`, kind);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    async all() {
      const { groups = [] } = (await transport.request({ method: "GET", path: "/apis" })) as RawGroups;
      const preferred = groups.map(({ name, preferredVersion }) => [name, preferredVersion.version] as const);
      const kinds = [["", "v1"] as const, ...preferred].map(async ([group, version]) => {
        try {
          return await load(group, version);
        } catch (thrown) {
          if (!isPartlyDown(thrown)) throw thrown;
          return [];
        }
      });
      return (await Promise.all(kinds)).flat();
    },
    forget(group) {
      for (const apiVersion of known.keys()) {
        if (apiVersion === group || apiVersion.startsWith(`${group}/`)) known.delete(apiVersion);
      }
    },
  };
}
