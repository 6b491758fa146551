import { load } from "js-yaml";
import type { KubeObject, ObjectRef } from "../../../src/core/manifest/kube-object.ts";

export const config = (system: string, more = "") => `systems:
  ${system}:
    cluster: here
    path: state
    namespace: ${system}
${more}`;

export const configMap = (name: string, data: Record<string, string>) =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });

export const deployment = (name: string, replicas: number, image = "nginx:1.29") => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: web
          image: ${image}
`;

export const service = (port: string) => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports:
    - { ${port} }
`;

const shapeFields = `shape: { type: string, enum: [star, circle] }
color: { type: string }
size: { type: integer, minimum: 1 }`;

/**
 * @param versions all of them served, the first one stored
 * @param fields of its `spec`, as lines of YAML
 */
export const shapeDefinition = (
  group: string,
  versions = ["v1"],
  fields = shapeFields,
) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shapes.${group}
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Shape, plural: shapes, singular: shape, listKind: ShapeList }
  versions:
${versions
  .map(
    (name) => `    - name: ${name}
      served: true
      storage: ${name === versions[0]}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
${fields.replaceAll(/^/gm, " ".repeat(16))}
`,
  )
  .join("")}`;

export const shape = (group: string, size: number, version = "v1") => `apiVersion: ${group}/${version}
kind: Shape
metadata:
  name: star
spec:
  shape: star
  color: purple
  size: ${size}
`;

/** Somebody else's Deployment in the place of ours, with another selector. */
export function theirs({ name, namespace }: ObjectRef): KubeObject {
  const made = load(deployment("other", 0)) as KubeObject;
  return { ...made, metadata: { name, namespace: namespace ?? "default" } };
}

/** Of a definition: a list whose items have a key that is left to its default. @param more of each item */
export const portsField = (more = "port: { type: integer }") => `ports:
  type: array
  x-kubernetes-list-type: map
  x-kubernetes-list-map-keys: [name, protocol]
  items:
    type: object
    required: [name]
    properties:
      name: { type: string }
      protocol: { type: string, default: TCP }
      ${more}`;
