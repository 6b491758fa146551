import { join } from "node:path";
import { configFile, parseConfig } from "../core/config/parse-config.ts";
import type { SystemConfig } from "../core/config/system.ts";
import { type Finding, hasErrors } from "../core/manifest/finding.ts";
import type { Mirror } from "../git/mirror.ts";
import { openMirror } from "../git/open-mirror.ts";
import type { AgentRepository } from "./agent-config.ts";
import { Refused } from "./refused.ts";

/** A system that a tracked branch asks this cluster for. */
export interface TrackedSystem {
  config: SystemConfig;
  branch: string;
  tip: string;
}

/** A system as one commit describes it, which its tracked branch contains. */
export interface Admitted {
  config: SystemConfig;
  /** The tracked one. */
  branch: string;
  /** Of the tracked branch. */
  tip: string;
}

export interface Look {
  systems: TrackedSystem[];
  broken: { branch: string; findings: Finding[] }[];
}

/** One configured repository: what its tracked branches want of this cluster. */
export interface Repository {
  id: number;
  mirror: Mirror;
  /** Asks the remote. What a broken `.trueup.yaml` wants is not known and left out of `systems`. */
  look(): Promise<Look>;
  /** The same as if the branch (by default the repository's) had this commit or tree as its tip. @throws Refused */
  lookWith(treeish: string, branch: string | undefined): Promise<Look>;
  /** The system as its tracked branch has it now. @throws Refused when it is not there, or is not ours to enact */
  track(name: string): Promise<TrackedSystem>;
  /** The same, and what a ref of the remote is at, in one request as a rule; undefined for what is not there or not ours. */
  trackWith(name: string, ref: string): Promise<{ tracked: TrackedSystem | undefined; sha: string | undefined }>;
  /**
   * The system as a commit describes it, brought here. The bot can name a commit, never decide what is enacted: the tracked
   * branch has to contain it. @throws Refused
   */
  admit(sha: string, name: string): Promise<Admitted>;
  /** The system as a commit or tree describes it, held to what this agent may enact. @throws Refused */
  systemAt(treeish: string, name: string): Promise<SystemConfig>;
}

const largestConfig = 1024 * 1024;

export async function openRepository(options: AgentRepository, cluster: string, dataDir: string): Promise<Repository> {
  const { id, url, transports, credential, branches, paths } = options;
  const mirror = await openMirror({ dir: join(dataDir, "mirrors", `${id}`), url, transports, credential });

  async function configAt(treeish: string): Promise<{ systems: SystemConfig[]; findings: Finding[] }> {
    const content = await mirror.readFile(treeish, configFile, largestConfig);
    if (content === undefined) {
      throw new Refused(`${treeish.slice(0, 7)} has no ${configFile} at the repository's root`);
    }
    if (content.length > largestConfig) throw new Refused(`${configFile} is larger than 1 MB`);
    return parseConfig(configFile, content);
  }

  /** @returns a sentence when this agent's own configuration does not allow the system */
  function notAllowed(system: SystemConfig, branch?: string): string | undefined {
    if (system.cluster !== cluster) return `the system ${system.name} is the cluster ${system.cluster}'s`;
    if (branch !== undefined && branches !== undefined && !branches.includes(branch)) {
      return `this agent's configuration does not allow the branch ${branch} of the repository`;
    }
    const inside = (folder: string) => folder === "" || system.path === folder || system.path.startsWith(`${folder}/`);
    if (paths !== undefined && !paths.map(canonical).some(inside)) {
      return `this agent's configuration does not allow the path ${system.path || "."} of the repository`;
    }
    return undefined;
  }

  const kept = new Map<string, { tip: string; config: ReturnType<typeof configAt> }>();

  /** What a branch says; asked for once for each of its tips. */
  async function branchConfig(
    branch: string,
    head: string,
  ): Promise<{ tip: string; config: ReturnType<typeof configAt> }> {
    const known = kept.get(branch);
    if (known?.tip === head) return known;
    return readBranch(branch, (await mirror.fetchRef(`refs/heads/${branch}`)) ?? head);
  }

  function readBranch(branch: string, tip: string): { tip: string; config: ReturnType<typeof configAt> } {
    const known = kept.get(branch);
    if (known?.tip === tip) return known;
    const read = { tip, config: configAt(tip) };
    kept.set(branch, read);
    read.config.catch((thrown) => thrown instanceof Refused || kept.delete(branch));
    return read;
  }

  async function look(): Promise<Look> {
    const [heads, main] = await Promise.all([mirror.remoteRefs(["refs/heads/"]), mirror.defaultBranch()]);
    const systems: TrackedSystem[] = [];
    const broken: { branch: string; findings: Finding[] }[] = [];
    const looked = new Set<string>();
    const lookAt = async (branch: string): Promise<void> => {
      const head = heads.get(`refs/heads/${branch}`);
      if (looked.has(branch) || head === undefined) return;
      looked.add(branch);
      const { tip, config: reading } = await branchConfig(branch, head);
      const { systems: described, findings } = await reading.catch((thrown) => {
        if (!(thrown instanceof Refused)) throw thrown;
        return { systems: [], findings: [configFinding(thrown.message)] };
      });
      if (hasErrors(findings)) broken.push({ branch, findings });
      for (const config of described) {
        if ((config.branch ?? main) === branch) systems.push({ config, branch, tip });
        // The file that counts for it is that branch's own.
        else if (branch === main && config.cluster === cluster) await lookAt(config.branch!);
      }
    };
    if (main !== undefined) await lookAt(main);
    if (main === undefined || !looked.has(main)) {
      broken.push({ branch: main ?? "HEAD", findings: [configFinding("the repository has no default branch")] });
    }
    for (const branch of branches ?? []) await lookAt(branch);
    const ours = systems.filter(({ config, branch }) => notAllowed(config, branch) === undefined);
    lastLook = { main, branches: new Map(ours.map(({ config, branch }) => [config.name, branch])) };
    return { systems: ours, broken };
  }

  /** The default branch, and where each system was tracked. */
  let lastLook: { main: string | undefined; branches: ReadonlyMap<string, string> } | undefined;

  /** Asks only for the branch that tracked the system at the last look. @returns nothing when that one does no longer */
  async function trackAgain(
    name: string,
    ref?: string,
  ): Promise<{ tracked: TrackedSystem; sha: string | undefined } | undefined> {
    const branch = lastLook?.branches.get(name);
    if (branch === undefined) return undefined;
    const head = `refs/heads/${branch}`;
    const found = await mirror.fetchRefs(ref === undefined ? [head] : [head, ref]);
    const tip = found.get(head);
    if (tip === undefined) return undefined;
    const read = await readBranch(branch, tip).config.catch((thrown) => {
      if (thrown instanceof Refused) return undefined;
      throw thrown;
    });
    const config = read?.systems.find((one) => one.name === name);
    if (config === undefined || hasErrors(read?.findings ?? [])) return undefined;
    if ((config.branch ?? lastLook?.main) !== branch || notAllowed(config, branch) !== undefined) return undefined;
    return { tracked: { config, branch, tip }, sha: ref === undefined ? undefined : found.get(ref) };
  }

  async function trackWith(name: string, ref: string): ReturnType<Repository["trackWith"]> {
    const again = await trackAgain(name, ref);
    if (again !== undefined) return again;
    const tracking = track(name).catch((thrown) => {
      if (thrown instanceof Refused) return undefined;
      throw thrown;
    });
    const [sha, tracked] = await Promise.all([mirror.fetchRef(ref), tracking]);
    return { tracked, sha };
  }

  async function lookWith(treeish: string, branch: string | undefined): Promise<Look> {
    const [now, main] = await Promise.all([look(), mirror.defaultBranch()]);
    const ours = branch ?? main;
    if (ours === undefined) return now;
    const { systems } = await configAt(treeish);
    const described = systems
      .filter((config) => (config.branch ?? main) === ours && notAllowed(config, ours) === undefined)
      .map((config): TrackedSystem => ({ config, branch: ours, tip: treeish }));
    return { ...now, systems: [...now.systems.filter((one) => one.branch !== ours), ...described] };
  }

  async function track(name: string): Promise<TrackedSystem> {
    const again = await trackAgain(name);
    if (again !== undefined) return again.tracked;
    const { systems, broken } = await look();
    const found = systems.find(({ config }) => config.name === name);
    if (found !== undefined) return found;
    const [first] = broken;
    if (first !== undefined) {
      throw new Refused(
        `${configFile} on the branch ${first.branch} has errors, so that no system is known`,
        first.findings,
      );
    }
    throw new Refused(`no tracked branch describes a system ${name} that this agent may enact`);
  }

  async function systemAt(treeish: string, name: string): Promise<SystemConfig> {
    const { systems, findings } = await configAt(treeish);
    const errors = findings.filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new Refused(`${configFile} has errors`, errors);
    const system = systems.find((one) => one.name === name);
    if (system === undefined) throw new Refused(`${configFile} describes no system ${name}`);
    // Whether the branch may be tracked was decided where the branch was found.
    const refusal = notAllowed(system);
    if (refusal !== undefined) throw new Refused(refusal);
    return system;
  }

  return {
    id,
    mirror,
    look,
    lookWith,
    systemAt,
    track,
    trackWith,
    async admit(sha, name) {
      const { branch, tip } = await track(name);
      await mirror.fetchCommits([sha]);
      if (await mirror.isAncestor(sha, tip)) return { config: await systemAt(sha, name), branch, tip };
      throw new Refused(`the tracked branch ${branch} does not contain ${sha.slice(0, 7)}`);
    },
  };
}

/**
 * Whether a commit is older than another one of the branch. A branch that was set back makes its commit no older one.
 * @param other undefined when nothing is known to compare with
 */
export async function isOvertaken(
  mirror: Pick<Mirror, "isAncestor">,
  sha: string,
  other: string | undefined,
  tip: string,
): Promise<boolean> {
  if (other === undefined || other === sha) return false;
  return (await mirror.isAncestor(sha, other)) && (await mirror.isAncestor(other, tip));
}

/** Whether a system is the same in two commits: its entry in the configuration, and its folder. */
export async function leavesAsIs(repository: Repository, name: string, sha: string, other: string): Promise<boolean> {
  const { mirror } = repository;
  const [one, two] = await Promise.all([sha, other].map((at) => repository.systemAt(at, name).catch(() => undefined)));
  if (one === undefined || JSON.stringify(one) !== JSON.stringify(two)) return false;
  return (await mirror.treeAt(sha, one.path)) === (await mirror.treeAt(other, one.path));
}

const canonical = (path: string): string =>
  path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");

function configFinding(message: string): Finding {
  return { file: configFile, line: 1, column: 1, severity: "error", rule: "config-missing", message, pointer: "" };
}
