import type { KubeObject } from "../../manifest/kube-object.ts";
import { outside } from "./address-range.ts";
import { added, annotationOf, fewNamed, listAt, portName, type RiskRule, textAt, textsAt } from "./risk.ts";

/** From where a Service is reached, by how far. */
const reaches = ["ClusterIP", "NodePort", "LoadBalancer"];

export const serviceOpens: RiskRule = ({ live, after }) => {
  const [before, now] = [reachOf(live), reachOf(after)];
  const [oldIps, ips] = [textsAt(live, "spec", "externalIPs"), textsAt(after, "spec", "externalIPs")];
  const fresh = added(oldIps, ips);
  const texts = fresh.length === 0 ? [] : [`on ${fewNamed(fresh)}`];
  if (now > before) return [`as ${isInternal(after) ? "an internal " : ""}${reaches[now]}`, ...texts];
  const isOpen = (reach: number, addresses: readonly string[]) => reach > 0 || addresses.length > 0;
  if (!isOpen(before, oldIps) || !isOpen(now, ips)) return texts;
  const ports = added(portsOf(live), portsOf(after));
  if (ports.length > 0) texts.push(`on port ${fewNamed(ports)} too`);
  return now === before && reaches[now] === "LoadBalancer" ? [...texts, ...farther(live!, after)] : texts;
};

/** Whom a load balancer lets in that it did not. */
function farther(live: KubeObject, after: KubeObject): string[] {
  const texts: string[] = [];
  const [known, ranges] = [sourceRanges(live), sourceRanges(after)];
  const wider = outside(known, ranges);
  if (known.length > 0 && (ranges.length === 0 || wider.some(isEveryAddress))) texts.push("to every source address");
  else if (known.length > 0 && wider.length > 0) texts.push(`to ${fewNamed(wider)}`);
  if (facesInternet(after) && !facesInternet(live)) texts.push("by a load balancer that faces the Internet");
  else if (isInternal(live) && !isInternal(after))
    texts.push("by a load balancer that is not marked internal any more");
  return texts;
}

const isEveryAddress = (range: string): boolean => range.endsWith("/0");

const reachOf = (service: KubeObject | undefined): number =>
  Math.max(0, reaches.indexOf(textAt(service, "spec", "type") ?? "ClusterIP"));

const portsOf = (service: KubeObject | undefined): string[] => listAt(service, "spec", "ports").map(portName);

/** The annotation counts where the field is empty. */
function sourceRanges(service: KubeObject): string[] {
  const ranges = textsAt(service, "spec", "loadBalancerSourceRanges");
  if (ranges.length > 0) return ranges;
  const written = annotationOf(service, "service.beta.kubernetes.io/load-balancer-source-ranges") ?? "";
  return written
    .split(",")
    .map((range) => range.trim())
    .filter((range) => range !== "");
}

const awsScheme = "service.beta.kubernetes.io/aws-load-balancer-scheme";

/** What each cloud is told: https://kubernetes.io/docs/concepts/services-networking/service/#internal-load-balancer */
const internal: readonly [annotation: string, value: string][] = [
  [awsScheme, "internal"],
  ["service.beta.kubernetes.io/aws-load-balancer-internal", "true"],
  // As it was written before it was a boolean.
  ["service.beta.kubernetes.io/aws-load-balancer-internal", "0.0.0.0/0"],
  ["networking.gke.io/load-balancer-type", "internal"],
  ["cloud.google.com/load-balancer-type", "internal"],
  ["service.beta.kubernetes.io/azure-load-balancer-internal", "true"],
  ["service.beta.kubernetes.io/openstack-internal-load-balancer", "true"],
  ["service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type", "private"],
  ["service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", "intranet"],
  ["service.beta.kubernetes.io/oci-load-balancer-internal", "true"],
  ["oci.oraclecloud.com/oci-network-load-balancer-internal", "true"],
];

const isInternal = (service: KubeObject): boolean =>
  internal.some(([annotation, value]) => annotationOf(service, annotation)?.toLowerCase() === value);

const facesInternet = (service: KubeObject): boolean => annotationOf(service, awsScheme) === "internet-facing";
