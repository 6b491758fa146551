import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { portNumber } from "./pods.ts";
import { duplicates, oneOf, type Rule, words } from "./rule.ts";

interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  clusterIPs?: string[];
  ports?: { name?: string; port?: number; protocol?: string }[];
}

const specOf = (service: KubeObject) => (service.spec ?? {}) as unknown as ServiceSpec;
const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

const service: Rule = (object, before) => {
  const { type, clusterIP, clusterIPs, ports = [] } = specOf(object);
  const { name } = object.metadata;
  const found = [];
  if (before === undefined && (name.length > 63 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name))) {
    const why =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    found.push(words.invalid("metadata.name", name, name.length > 63 ? "must be no more than 63 characters" : why));
  }
  if (ports.length === 0 && type !== "ExternalName" && clusterIP !== "None") found.push(words.required("spec.ports"));
  ports.forEach((port, index) => {
    if (ports.length > 1 && !port.name) found.push(words.required(`spec.ports[${index}].name`));
    found.push(...portNumber(port.port, `spec.ports[${index}].port`));
  });
  found.push(...duplicates(ports as unknown as JsonObject[], "name", "spec.ports"));
  found.push(...oneOf(type, types, "spec.type"));
  const had = before === undefined ? undefined : specOf(before);
  if (had?.type !== "ExternalName" && type !== "ExternalName" && had?.clusterIP && had.clusterIP !== clusterIP) {
    found.push(words.invalid("spec.clusterIPs[0]", clusterIPs, "may not change once set"));
  }
  return found;
};

const keyed: Rule = (object) =>
  ["data", "binaryData"].flatMap((field) =>
    Object.keys((object[field] ?? {}) as JsonObject)
      .filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key))
      .map((key) => {
        const why =
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        return words.invalid(`${field}[${key}]`, key, why);
      }),
  );

const event: Rule = ({ metadata, involvedObject }) => {
  const { namespace = "" } = (involvedObject ?? {}) as { namespace?: string };
  const fits = namespace === "" ? ["", "default"].includes(metadata.namespace ?? "") : namespace === metadata.namespace;
  return fits ? [] : [words.invalid("involvedObject.namespace", namespace, "does not match event.namespace")];
};

export const serviceRules: { readonly [resource: string]: Rule } = {
  services: service,
  configmaps: keyed,
  secrets: keyed,
  events: event,
};
