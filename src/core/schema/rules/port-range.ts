import { allFields, int32, onFields, type Rule, type ValueCheck } from "./rule.ts";
import { isPortName, portNameRule } from "./syntax.ts";

const port: ValueCheck = (value) => {
  const number = int32(value);
  return number === undefined || (number >= 1 && number <= 65_535) ? undefined : "must be a port from 1 to 65535";
};

/** Zero stands for none, or for the default. */
const optionalPort: ValueCheck = (value) => (int32(value) === 0 ? undefined : port(value));

const portOrName: ValueCheck = (value) => {
  const wrong = `must be a port from 1 to 65535 or a port's name (${portNameRule})`;
  if (typeof value === "string") return isPortName(value) ? undefined : wrong;
  return port(value) === undefined ? undefined : wrong;
};

/** What a service takes from its own port when it is empty or zero. */
const optionalPortOrName: ValueCheck = (value) => (value === "" || int32(value) === 0 ? undefined : portOrName(value));

/** Ports are 1 to 65535, or the name of one. */
export const portRange: Rule = {
  name: "invalid-port",
  fields: allFields(
    onFields(port, {
      "core.v1.ContainerPort": "containerPort",
      "core.v1.ServicePort": "port",
      "core.v1.EndpointPort": "port",
      "core.v1.GRPCAction": "port",
    }),
    onFields(optionalPort, {
      "core.v1.ContainerPort": "hostPort",
      "networking.v1.ServiceBackendPort": "number",
    }),
    onFields(port, {
      "admissionregistration.v1.ServiceReference": "port",
      "apiextensions.v1.ServiceReference": "port",
      "apiregistration.v1.ServiceReference": "port",
      "networking.v1.NetworkPolicyPort": "endPort",
    }),
    onFields(portOrName, {
      "core.v1.HTTPGetAction": "port",
      "core.v1.TCPSocketAction": "port",
      "networking.v1.NetworkPolicyPort": "port",
    }),
    onFields(optionalPortOrName, { "core.v1.ServicePort": "targetPort" }),
  ),
};
