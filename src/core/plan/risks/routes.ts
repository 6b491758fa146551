import type { KubeObject } from "../../manifest/kube-object.ts";
import { added, annotationOf, fewNamed, listAt, numberAt, partAt, type RiskRule, textAt, textsAt } from "./risk.ts";

const everyHost = "every host";

export const ingressOpens: RiskRule = ({ live, after }) => {
  const places = added(placesOf(live), placesOf(after));
  const texts = places.length === 0 ? [] : [`at ${fewNamed(places)}`];
  if (live === undefined) return texts;
  const name = classOf(after);
  if (classOf(live) !== name) {
    texts.push(name === undefined ? "through the default ingress class" : `through ingress class ${name}`);
  }
  if (isFacing(after) && !isFacing(live)) texts.push("by a load balancer that faces the Internet");
  return texts;
};

/** The annotation is older, and goes before the field (https://kubernetes.io/docs/concepts/services-networking/ingress/#deprecated-annotation). */
const classOf = (ingress: KubeObject): string | undefined =>
  annotationOf(ingress, "kubernetes.io/ingress.class") ?? textAt(ingress, "spec", "ingressClassName");

const isFacing = (ingress: KubeObject): boolean =>
  annotationOf(ingress, "alb.ingress.kubernetes.io/scheme") === "internet-facing";

/** Hosts with their paths; a rule without a host is for every one. */
function placesOf(ingress: KubeObject | undefined): string[] {
  const fromRules = listAt(ingress, "spec", "rules").flatMap((rule) => {
    const host = textAt(rule, "host") ?? everyHost;
    const paths = listAt(rule, "http", "paths").map((path) => textAt(path, "path") ?? "/");
    return paths.length === 0 ? [host] : paths.map((path) => `${host}${path === "/" ? "" : ` ${path}`}`);
  });
  return partAt(ingress, "spec", "defaultBackend") === undefined ? fromRules : [...fromRules, everyHost];
}

/** A route is reached through its gateways, by its hosts; what is attached to Services alone stays inside the cluster. */
export const routeOpens: RiskRule = ({ live, after }) => {
  const [before, now] = [parentsOf(live), parentsOf(after)];
  if (now.length === 0) return [];
  const known = new Set(before.map(({ name }) => name));
  const parents = now.filter(({ name, gateway }) => !known.has(name) && !known.has(gateway)).map(({ name }) => name);
  const through = parents.length === 0 ? "" : `through ${fewNamed([...new Set(parents)])}`;
  // What was not attached was at no host.
  const at = atWords(before.length === 0 ? undefined : live, after);
  const texts = [at, through].filter((text) => text !== "");
  return texts.length === 0 ? [] : [texts.join(" ")];
};

function atWords(live: KubeObject | undefined, after: KubeObject): string {
  if (after.kind === "TCPRoute" || after.kind === "UDPRoute") return "";
  const known = live === undefined ? new Set<string>() : new Set(hostsOf(live));
  const hosts = hostsOf(after).filter((host) => !wildcardsOf(host).some((one) => known.has(one)));
  if (hosts.length > 0) return `at ${fewNamed([...new Set(hosts)])}`;
  const paths = added(pathsOf(live), pathsOf(after));
  return paths.length === 0 ? "" : `at ${fewNamed(paths)}`;
}

const everyGatewayHost = "every host of its gateway";

function hostsOf(route: KubeObject): string[] {
  const names = textsAt(route, "spec", "hostnames");
  return names.length === 0 ? [everyGatewayHost] : names;
}

/** Names that stand for the host too: itself, `*.example.com`, and every one. */
function wildcardsOf(host: string): string[] {
  const labels = host.split(".").slice(0, 127);
  const wild = labels.map((_, at) => `*.${labels.slice(at + 1).join(".")}`).slice(0, -1);
  return [host, ...wild, everyGatewayHost];
}

const pathsOf = (route: KubeObject | undefined): string[] =>
  listAt(route, "spec", "rules").flatMap((rule) => {
    const matches = listAt(rule, "matches");
    return matches.length === 0 ? ["/"] : matches.map((match) => textAt(match, "path", "value") ?? "/");
  });

function parentsOf(route: KubeObject | undefined): { name: string; gateway: string }[] {
  return listAt(route, "spec", "parentRefs")
    .filter((parent) => textAt(parent, "kind") !== "Service")
    .map((parent) => {
      const namespace = textAt(parent, "namespace") ?? route?.metadata.namespace ?? "";
      const gateway = `${textAt(parent, "kind") ?? "Gateway"} ${namespace}/${textAt(parent, "name") ?? ""}`;
      const [section, port] = [textAt(parent, "sectionName"), numberAt(parent, "port")];
      const only = [section === undefined ? "" : ` ${section}`, port === undefined ? "" : ` port ${port}`].join("");
      return { name: `${gateway}${only}`, gateway };
    });
}

export const gatewayOpens: RiskRule = ({ live, after }) => {
  const listeners = added(listenersOf(live), listenersOf(after));
  const texts = listeners.length === 0 ? [] : [`on ${fewNamed(listeners)}`];
  const name = textAt(after, "spec", "gatewayClassName");
  if (live !== undefined && name !== undefined && textAt(live, "spec", "gatewayClassName") !== name) {
    texts.push(`through gateway class ${name}`);
  }
  const open = live === undefined ? [] : added(openListeners(live), openListeners(after));
  if (open.length > 0) texts.push(`by routes of every namespace, through ${fewNamed(open)}`);
  return texts;
};

const listenersOf = (gateway: KubeObject | undefined): string[] =>
  listAt(gateway, "spec", "listeners").map((listener) => {
    const host = textAt(listener, "hostname") ?? "";
    return `port ${numberAt(listener, "port") ?? "?"}${host === "" ? "" : ` for ${host}`} (${textAt(listener, "protocol") ?? "?"})`;
  });

/** Listeners that a route of any namespace may attach itself to. */
const openListeners = (gateway: KubeObject): string[] =>
  listAt(gateway, "spec", "listeners")
    .filter((listener) => textAt(listener, "allowedRoutes", "namespaces", "from") === "All")
    .map((listener) => `listener ${textAt(listener, "name") ?? ""}`);
