import { didYouMean } from "../schema/did-you-mean.ts";
import type { SchemaFinding } from "../schema/explain.ts";
import { pointerTo } from "../schema/field-path.ts";
import type { SystemConfig } from "./system.ts";

const longestTimeoutMs = 24 * 3_600_000;

/** What no schema can say: how a system's fields and the systems of one file go together. */
export function systemFindings(systems: readonly SystemConfig[], pointerOf: (name: string) => string): SchemaFinding[] {
  const at = (system: SystemConfig, field: string) => pointerTo(pointerOf(system.name), field);
  return [
    ...systems.flatMap((system) => fieldFindings(system, (field) => at(system, field))),
    ...overlapFindings(systems, (system) => at(system, "path")),
    ...dependencyFindings(systems, (system) => at(system, "dependsOn")),
  ];
}

function fieldFindings(system: SystemConfig, at: (field: string) => string): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  if (system.timeoutMs < 1000 || system.timeoutMs > longestTimeoutMs) {
    findings.push(error(at("timeout"), "invalid-value", `\`timeout\` must be from \`1s\` to \`24h\`.`));
  }
  if (system.confine && !system.namespaceGiven) {
    const message = `\`confine: true\` needs the \`namespace\` that system \`${system.name}\` is confined to; add \`namespace:\`.`;
    findings.push(error(at("confine"), "missing-field", message));
  }
  return findings;
}

/**
 * One folder in two systems of a cluster would make two owners of each object in it. Twice the same folder with different
 * default namespaces is two instances of one thing, and meant so.
 */
function overlapFindings(systems: readonly SystemConfig[], at: (system: SystemConfig) => string): SchemaFinding[] {
  return systems.flatMap((system, index) =>
    systems.slice(0, index).flatMap((before): SchemaFinding[] => {
      if (system.cluster !== before.cluster || system.branch !== before.branch) return [];
      const same = system.path === before.path;
      if (same ? system.namespace !== before.namespace : !contains(system.path, before.path)) return [];
      const how = same ? "enact the same folder" : "enact folders that lie in one another";
      const message = `Systems \`${before.name}\` and \`${system.name}\` ${how} (\`${before.path || "."}\` and \`${system.path || "."}\`) on cluster \`${system.cluster}\`, so that both would own the same objects; give each a folder of its own.`;
      return [error(at(system), "overlapping-systems", message)];
    }),
  );
}

function contains(one: string, other: string): boolean {
  const inside = (inner: string, outer: string) => outer === "" || inner.startsWith(`${outer}/`);
  return inside(one, other) || inside(other, one);
}

function dependencyFindings(systems: readonly SystemConfig[], at: (system: SystemConfig) => string): SchemaFinding[] {
  const named = new Map(systems.map((system) => [system.name, system]));
  const findings: SchemaFinding[] = [];
  for (const system of systems) {
    for (const [index, name] of system.dependsOn.entries()) {
      const pointer = pointerTo(at(system), index);
      if (system.dependsOn.indexOf(name) !== index) {
        findings.push(error(pointer, "duplicate-item", `\`${name}\` stands here a second time; remove it.`));
      } else if (!named.has(name)) {
        const near = didYouMean(name, named.keys());
        const hint = near === undefined ? "name one of this file's systems." : `did you mean \`${near}\`?`;
        const message = `System \`${system.name}\` depends on \`${name.slice(0, 80)}\`, which is no system of this file; ${hint}`;
        findings.push(error(pointer, "unknown-system", message));
      }
    }
  }
  for (const cycle of cycles(named)) {
    const path = [...cycle, cycle[0]!].map((name) => `\`${name}\``).join(" → ");
    const message = `These systems wait for each other (${path}), so that none could ever be applied; take one \`dependsOn\` out.`;
    findings.push(error(at(named.get(cycle[0]!)!), "dependency-cycle", message));
  }
  return findings;
}

/** Each cycle once, as the names along it. */
function cycles(systems: ReadonlyMap<string, SystemConfig>): string[][] {
  const found: string[][] = [];
  const finished = new Set<string>();
  const open: string[] = [];
  const visit = (name: string): void => {
    if (finished.has(name)) return;
    const since = open.indexOf(name);
    if (since >= 0) {
      found.push(open.slice(since));
      return;
    }
    open.push(name);
    for (const needed of systems.get(name)?.dependsOn ?? []) visit(needed);
    open.pop();
    finished.add(name);
  };
  for (const name of systems.keys()) visit(name);
  return found;
}

function error(pointer: string, rule: string, message: string): SchemaFinding {
  return { pointer, rule, message, severity: "error" };
}
