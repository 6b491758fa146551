import { shown } from "../shown.ts";
import { type Fields, fields, isFilled, lacks, list, type Rule, textOf, type Violation } from "./rule.ts";
import { dnsSubdomain } from "./syntax.ts";

/** A service has ports, named when there are several, and fields only where its type has a use for them. */
export const servicePorts: Rule = {
  name: "service-ports",
  objects: { "core.v1.ServiceSpec": (spec) => [...missing(spec), ...names(spec), ...byType(spec), ...families(spec)] },
};

function missing({ type, clusterIP, ports }: Fields): Violation[] {
  // What `null` leaves to the server, it has kept from a headless one.
  const needless = type === "ExternalName" || clusterIP === "None" || clusterIP === null;
  // A value of another type is the schema's to tell.
  if (needless || isFilled(ports)) return [];
  return [lacks("ports")];
}

function names({ ports }: Fields): Violation[] {
  const all = list(ports);
  if (all.length < 2) return [];
  const seen = new Set<string>();
  return all.flatMap((port, index): Violation[] => {
    const name = textOf(fields(port).name);
    if (name === "") {
      return [lacks("name", "which is required where there are several ports", ["ports", index])];
    }
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      {
        predicate: `is the name of another port of this service: ${JSON.stringify(name)}`,
        at: ["ports", index, "name"],
      },
    ];
  });
}

/** Only asked for where it is used; a dot at its end says that it is complete. */
function nameOutside(externalName: unknown): Violation[] {
  const name = textOf(externalName).replace(/\.$/, "");
  if (name === "") return [lacks("externalName", "because its type is `ExternalName`")];
  const problem = dnsSubdomain(name);
  return problem === undefined
    ? []
    : [{ predicate: `${problem}, but it is ${shown(externalName)}`, at: ["externalName"] }];
}

function byType({ type, externalName, loadBalancerSourceRanges, loadBalancerClass, clusterIP }: Fields): Violation[] {
  const found: Violation[] = [];
  if (type === "ExternalName") found.push(...nameOutside(externalName));
  if ((type === "LoadBalancer" || type === "NodePort") && clusterIP === "None") {
    found.push({ predicate: `must not be \`None\` for a service of type \`${type}\``, at: ["clusterIP"] });
  }
  if (type !== "LoadBalancer") {
    const only = "may only be there when `type` is `LoadBalancer`";
    if (isFilled(loadBalancerSourceRanges)) found.push({ predicate: only, at: ["loadBalancerSourceRanges"] });
    if (isFilled(loadBalancerClass)) found.push({ predicate: only, at: ["loadBalancerClass"] });
  }
  return found;
}

/**
 * Fields that only some types have a use for are left to the server: it drops them itself when the type of a service that is
 * there changes.
 */
function families({ ipFamilies }: Fields): Violation[] {
  const all = list(ipFamilies);
  const twice = all.findIndex((family, index) => all.indexOf(family) < index);
  return twice < 0 ? [] : [{ predicate: "repeats an earlier item", at: ["ipFamilies", twice] }];
}
