import type { KubeObject } from "../../manifest/kube-object.ts";
import { added, fewNamed, kindOf, listAt, numberAt, partAt, type RiskRule, textAt, textsAt } from "./risk.ts";

/** From where a Service is reached, by how far. */
const reaches = ["ClusterIP", "NodePort", "LoadBalancer"];

const routes = /^(?:Ingress\.networking\.k8s\.io|(?:HTTP|GRPC|TLS)Route\.gateway\.networking\.k8s\.io)$/;

/** What is reached from outside the cluster and was not. */
export const exposes: RiskRule = ({ live, after }) => {
  const kind = kindOf(after);
  if (kind === "Service") return ofService(live, after);
  if (!routes.test(kind)) return [];
  const hosts = added(placesOf(live), placesOf(after));
  return hosts.length === 0 ? [] : [`at ${fewNamed(hosts)}`];
};

function ofService(live: KubeObject | undefined, after: KubeObject): string[] {
  const [before, now] = [reachOf(live), reachOf(after)];
  const texts: string[] = [];
  const isOpen = now > 0;
  if (now > before) texts.push(`as ${reaches[now]}`);
  const ips = added(textsAt(live, "spec", "externalIPs"), textsAt(after, "spec", "externalIPs"));
  if (ips.length > 0) texts.push(`on ${fewNamed(ips)}`);
  if (!isOpen || now > before) return texts;
  const ports = added(portsOf(live), portsOf(after));
  if (ports.length > 0) texts.push(`on port ${fewNamed(ports)} too`);
  const ranges = textsAt(live, "spec", "loadBalancerSourceRanges");
  const wider = textsAt(after, "spec", "loadBalancerSourceRanges");
  if (ranges.length > 0 && wider.length === 0) texts.push("to every source address");
  else if (ranges.length > 0 && added(ranges, wider).length > 0) texts.push(`to ${fewNamed(added(ranges, wider))}`);
  return texts;
}

const reachOf = (service: KubeObject | undefined): number =>
  Math.max(0, reaches.indexOf(textAt(service, "spec", "type") ?? "ClusterIP"));

const portsOf = (service: KubeObject | undefined): string[] =>
  listAt(service, "spec", "ports").map((port) => String(numberAt(port, "port") ?? "?"));

/** Hosts with their paths; a rule without a host is for every one. */
function placesOf(route: KubeObject | undefined): string[] {
  if (route === undefined) return [];
  const names = textsAt(route, "spec", "hostnames");
  const rules = listAt(route, "spec", "rules");
  if (route.kind !== "Ingress") return names.length > 0 ? names : ["every host of its gateway"];
  const fromRules = rules.flatMap((rule) => {
    const host = textAt(rule, "host") ?? "every host";
    const paths = listAt(rule, "http", "paths").map((path) => textAt(path, "path") ?? "/");
    return paths.length === 0 ? [host] : paths.map((path) => `${host}${path === "/" ? "" : ` ${path}`}`);
  });
  return partAt(route, "spec", "defaultBackend") === undefined ? fromRules : [...fromRules, "every host"];
}
