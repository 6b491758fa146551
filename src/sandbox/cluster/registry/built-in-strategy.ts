import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import type { KubernetesSchemas } from "../../../core/schema/kubernetes-schemas.ts";
import { type Definitions as MergeDefinitions, typeSchemaFor } from "../apply/type-schema.ts";
import { decodeBuiltIn, UnmarshalError } from "../decode/built-in.ts";
import { unreadable } from "../decode/unreadable.ts";
import { blankStruct } from "../defaults/blank.ts";
import { completeBuiltIn } from "../defaults/complete.ts";
import { strategicMergePatch } from "../patch/strategic-merge-patch.ts";
import type { GoTypes } from "../resources/go-types.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import { builtInValidator } from "./built-in-validation.ts";
import { preparations } from "./preparations.ts";
import { serviceAddresses } from "./service-addresses.ts";
import type { Strategy } from "./strategy.ts";

/** Kinds whose strategy in Kubernetes counts generations. */
const withGeneration = new Set([
  "pods",
  "replicationcontrollers",
  "daemonsets.apps",
  "deployments.apps",
  "replicasets.apps",
  "statefulsets.apps",
  "cronjobs.batch",
  "jobs.batch",
  "ingresses.networking.k8s.io",
  "ingressclasses.networking.k8s.io",
  "networkpolicies.networking.k8s.io",
  "poddisruptionbudgets.policy",
  "customresourcedefinitions.apiextensions.k8s.io",
  "flowschemas.flowcontrol.apiserver.k8s.io",
  "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
  "mutatingwebhookconfigurations.admissionregistration.k8s.io",
  "validatingwebhookconfigurations.admissionregistration.k8s.io",
  "mutatingadmissionpolicies.admissionregistration.k8s.io",
  "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
  "validatingadmissionpolicies.admissionregistration.k8s.io",
  "validatingadmissionpolicybindings.admissionregistration.k8s.io",
  "priorityclasses.scheduling.k8s.io",
  "horizontalpodautoscalers.autoscaling",
  "endpointslices.discovery.k8s.io",
  "podtemplates",
  "deviceclasses.resource.k8s.io",
  "resourceslices.resource.k8s.io",
]);

/** Strategies of Kubernetes' own kinds, each made when it is first asked for. */
export function builtInStrategies(
  schemas: KubernetesSchemas,
  goTypes: GoTypes,
  storage: ObjectStorage,
): (resource: Resource) => Strategy {
  const known = new Map<Resource, Strategy>();
  const validate = builtInValidator(schemas);
  const { definitions } = schemas;
  const prepareByName: typeof preparations = { ...preparations, services: serviceAddresses(storage) };
  const definitionNames = new Map(
    Object.entries(definitions).flatMap(([name, definition]) =>
      (definition["x-kubernetes-group-version-kind"] ?? []).map((gvk): [string, string] => [
        `${apiVersionOf(gvk)} ${gvk.kind}`,
        name,
      ]),
    ),
  );

  const make = (resource: Resource): Strategy => {
    const { kind } = resource;
    const apiVersion = apiVersionOf(resource);
    const definition = definitionNames.get(`${apiVersion} ${kind}`);
    const schema = typeSchemaFor(definitions as MergeDefinitions, resource);
    if (definition === undefined || schema === undefined) throw new Error(`${apiVersion} ${kind} has no definition`);
    const prepare = prepareByName[resource.name];
    const blank = (apiVersion: string, kind: string) =>
      ({ apiVersion, kind, ...blankStruct(definitions, goTypes, definition) }) as unknown as KubeObject;
    return {
      resource,
      schema: { ...schema, blank },
      generations: withGeneration.has(resource.name),
      decode(value) {
        try {
          const { object, unknown } = decodeBuiltIn(definitions, goTypes, definition, value);
          const { kind: _k, apiVersion: _a, metadata, ...rest } = object;
          return { object: { kind, apiVersion, metadata: metadata ?? {}, ...rest } as unknown as KubeObject, unknown };
        } catch (error) {
          if (!(error instanceof UnmarshalError)) throw error;
          throw unreadable(resource, error);
        }
      },
      read: (stored) => stored,
      complete: (object) => completeBuiltIn(definitions, goTypes, definition, object as unknown as JsonObject),
      prepare: (object, before, subresource) => prepare?.(object, before, subresource),
      validate: (object, before) => validate(resource, object, before),
      strategicMerge: (target, patch) => strategicMergePatch(definitions, definition, target, patch),
    };
  };

  return (resource) => {
    const strategy = known.get(resource) ?? make(resource);
    known.set(resource, strategy);
    return strategy;
  };
}
