import { admissionRules } from "./admission-rules.ts";
import { annotationSyntax } from "./annotation-syntax.ts";
import { autoscaling } from "./autoscaling.ts";
import { cronSchedule } from "./cron-schedule.ts";
import { invalidKey } from "./data-key.ts";
import { downwardApi } from "./downward-api.ts";
import { fieldsAgree } from "./fields-agree.ts";
import { filePath } from "./file-path.ts";
import { ingressRules } from "./ingress-rules.ts";
import { invalidName } from "./invalid-name.ts";
import { invalidIpAddress } from "./ip-address.ts";
import { jobRestartPolicy } from "./job-restart-policy.ts";
import { jobRules } from "./job-rules.ts";
import { knownValue } from "./known-value.ts";
import { labelSyntax } from "./label-syntax.ts";
import { numberRange } from "./number-range.ts";
import { oneOfSeveral } from "./one-of-several.ts";
import { oneVolumeSource } from "./one-volume-source.ts";
import { percentage } from "./percentage.ts";
import { podConsistency } from "./pod-consistency.ts";
import { portRange } from "./port-range.ts";
import { probes } from "./probes.ts";
import { invalidQualifiedName } from "./qualified-name.ts";
import { rbacRules } from "./rbac-rules.ts";
import { references } from "./references.ts";
import { requiredAlternatives } from "./required-alternatives.ts";
import { resourceAmounts } from "./resource-amounts.ts";
import { resourceNames } from "./resource-names.ts";
import { rollout } from "./rollout.ts";
import type { Fields, Rule, Violation } from "./rule.ts";
import { selectorMatchesTemplate } from "./selector-matches-template.ts";
import { selectorRequirement } from "./selector-requirement.ts";
import { servicePorts } from "./service-ports.ts";
import { sizeLimit } from "./size-limit.ts";
import { structuralDefinition } from "./structural-definition.ts";
import { cronTimeZone } from "./time-zone.ts";
import { volumeIsThere } from "./volume-is-there.ts";
import { wellKnown } from "./well-known.ts";

/** All rules, in the order in which their findings are told. */
export const rules: readonly Rule[] = [
  invalidName,
  invalidQualifiedName,
  labelSyntax,
  annotationSyntax,
  invalidKey,
  invalidIpAddress,
  filePath,
  numberRange,
  portRange,
  percentage,
  knownValue,
  cronSchedule,
  requiredAlternatives,
  oneOfSeveral,
  oneVolumeSource,
  references,
  volumeIsThere,
  resourceAmounts,
  selectorRequirement,
  selectorMatchesTemplate,
  jobRestartPolicy,
  podConsistency,
  fieldsAgree,
  servicePorts,
  ingressRules,
  rbacRules,
  autoscaling,
  downwardApi,
  resourceNames,
  admissionRules,
  rollout,
  probes,
  jobRules,
  cronTimeZone,
  sizeLimit,
  wellKnown,
  structuralDefinition,
];

/** A violation with its rule's name, and the value when the predicate is about one that may be shown. */
export interface RuleViolation extends Violation {
  rule: string;
  value?: unknown;
}

/** All that the rules say about one object of a definition. */
export type DefinitionCheck = (object: Fields) => RuleViolation[];

/** @returns undefined when no rule is about that definition */
export function checkOf(definition: string): DefinitionCheck | undefined {
  const name = shortName(definition);
  const perField = rules.flatMap(({ name: rule, fields = {} }) =>
    Object.entries(own(fields, name) ?? {}).map(([place, check]) => ({ rule, place, check })),
  );
  const perObject = rules.flatMap(({ name: rule, objects = {} }) => {
    const check = own(objects, name);
    return check === undefined ? [] : [{ rule, check }];
  });
  if (perField.length === 0 && perObject.length === 0) return undefined;
  const items = perField.flatMap(({ place, ...rest }) =>
    place.endsWith("[]") ? [{ ...rest, place: place.slice(0, -2) }] : [],
  );
  const single = perField.filter(({ place }) => !place.endsWith("[]"));
  // Nearly every object is good: what only a violation needs is made for one alone.
  return (object) => {
    let found: RuleViolation[] | undefined;
    for (const { rule, place, check } of single) {
      const value = object[place];
      if (value === undefined || value === null) continue;
      const predicate = check(value);
      if (predicate === undefined) continue;
      found ??= [];
      found.push({ rule, predicate, at: [place], value });
    }
    for (const { rule, place, check } of items) {
      const values = object[place];
      if (!Array.isArray(values)) continue;
      for (const [index, item] of values.entries()) {
        const value = item ?? "";
        const predicate = check(value);
        if (predicate === undefined) continue;
        found ??= [];
        found.push({ rule, predicate, at: [place, index], value });
      }
    }
    for (const { rule, check } of perObject) {
      for (const violation of check(object)) {
        found ??= [];
        found.push({ rule, ...violation });
      }
    }
    return found ?? none;
  };
}

const none: RuleViolation[] = [];

/** `core.v1.Container` for `io.k8s.api.core.v1.Container`. */
function shortName(definition: string): string {
  return definition.split(".").slice(-3).join(".");
}

function own<T>(table: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
