import type { KubeObject } from "../../manifest/kube-object.ts";
import { isInside } from "./address-range.ts";
import { conditionsOf, isWithin } from "./label-conditions.ts";
import { fewNamed, listAt, numberAt, partAt, type RiskRule, textAt, textsAt } from "./risk.ts";

/** What a policy lets through that it did not. It can only allow: where it goes, nothing is shut off by it any more. */
export const policyOpens: RiskRule = ({ live, after }) => {
  if (live === undefined) return [];
  const texts = directions.flatMap((direction) => {
    if (!shuts(live, direction)) return [];
    if (!shuts(after, direction)) return [`${direction.words} everything, where no other policy selects them`];
    const more = newFlows(
      listAt(live, "spec", direction.rules),
      listAt(after, "spec", direction.rules),
      direction.peers,
    );
    return more.length === 0 ? [] : [`${direction.words} ${fewNamed(more)}`];
  });
  const selected = (policy: KubeObject) => conditionsOf(partAt(policy, "spec", "podSelector"));
  return isWithin(selected(live), selected(after)) ? texts : [...texts, "pods that it does not select any more"];
};

interface Direction {
  type: string;
  rules: string;
  peers: string;
  words: string;
}

const directions: readonly Direction[] = [
  { type: "Ingress", rules: "ingress", peers: "from", words: "its pods to" },
  { type: "Egress", rules: "egress", peers: "to", words: "a way out of its pods to" },
];

function shuts(policy: KubeObject, { type, rules }: Direction): boolean {
  const types = textsAt(policy, "spec", "policyTypes");
  if (types.length > 0) return types.includes(type);
  return type === "Ingress" || listAt(policy, "spec", rules).length > 0;
}

/** Each that is let through is looked for in each rule that was; beyond this nobody would read the list either. */
const mostCompared = 200_000;

function newFlows(before: readonly unknown[], after: readonly unknown[], peers: string): string[] {
  const old = before.map((rule) => flowsOf(rule, peers));
  const now = after.map((rule) => flowsOf(rule, peers));
  const size = old.reduce((sum, rule) => sum + sizeOf(rule.peers) + rule.ports.length, 1);
  const count = now.reduce((sum, rule) => sum + sizeOf(rule.peers) * rule.ports.length, 0);
  if (size * count > mostCompared) return ["more than can be listed"];
  const names = now.flatMap((rule) =>
    rule.peers.flatMap((peer) =>
      rule.ports
        .filter((port) => !old.some((one) => one.peers.some(holdsPeer(peer)) && one.ports.some(holdsPort(port))))
        .map((port) => `${peerWords(peer)}${portWords(port)}`),
    ),
  );
  return [...new Set(names)];
}

const sizeOf = (peers: readonly Peer[]): number =>
  peers.reduce((sum, peer) => sum + 1 + (peer !== undefined && "except" in peer ? peer.except.length : 0), 0);

/** undefined stands for every one. */
type Peer = { range: string; except: string[] } | { pods: string[]; namespaces: string[] | undefined } | undefined;
type Port = { protocol: string; first: number | string; last: number | string } | undefined;

function flowsOf(rule: unknown, peers: string): { peers: Peer[]; ports: Port[] } {
  const [named, ports] = [listAt(rule, peers), listAt(rule, "ports")];
  return {
    peers: named.length === 0 ? [undefined] : named.map(peerOf),
    ports: ports.length === 0 ? [undefined] : ports.map(portOf),
  };
}

function peerOf(peer: unknown): Peer {
  const range = textAt(peer, "ipBlock", "cidr");
  if (range !== undefined) return { range, except: textsAt(peer, "ipBlock", "except") };
  const namespaces = partAt(peer, "namespaceSelector");
  return {
    pods: conditionsOf(partAt(peer, "podSelector")),
    namespaces: namespaces === undefined ? undefined : conditionsOf(namespaces),
  };
}

const everyPort = { first: 0, last: 65_535 };

function portOf(port: unknown): Port {
  const protocol = textAt(port, "protocol") ?? "TCP";
  const first = numberAt(port, "port") ?? textAt(port, "port");
  return first === undefined
    ? { protocol, ...everyPort }
    : { protocol, first, last: numberAt(port, "endPort") ?? first };
}

function holdsPeer(peer: Peer): (old: Peer) => boolean {
  return (old) => {
    if (old === undefined || peer === undefined) return old === undefined;
    if ("range" in old || "range" in peer) {
      if (!("range" in old && "range" in peer) || !isInside(peer.range, old.range)) return false;
      return old.except.every((range) => peer.except.some((one) => isInside(range, one)));
    }
    const sameNamespaces =
      old.namespaces === undefined || peer.namespaces === undefined
        ? old.namespaces === peer.namespaces
        : isWithin(peer.namespaces, old.namespaces);
    return sameNamespaces && isWithin(peer.pods, old.pods);
  };
}

function holdsPort(port: Port): (old: Port) => boolean {
  return (old) => {
    if (old === undefined || port === undefined) return old === undefined;
    if (old.protocol !== port.protocol) return false;
    if (old.first === everyPort.first && old.last === everyPort.last) return true;
    if (typeof old.first === "string" || typeof port.first === "string") return old.first === port.first;
    return port.first >= old.first && port.last <= old.last;
  };
}

function peerWords(peer: Peer): string {
  if (peer === undefined) return "everything";
  if ("range" in peer) return peer.except.length === 0 ? peer.range : `${peer.range} except ${fewNamed(peer.except)}`;
  const pods = peer.pods.length === 0 ? "all pods" : `pods with ${peer.pods.join(" and ")}`;
  if (peer.namespaces === undefined) return pods;
  return `${pods} of ${peer.namespaces.length === 0 ? "every namespace" : `namespaces with ${peer.namespaces.join(" and ")}`}`;
}

function portWords(port: Port): string {
  if (port === undefined) return "";
  const of = port.protocol === "TCP" ? "" : `/${port.protocol}`;
  if (port.first === everyPort.first && port.last === everyPort.last) return ` on every ${port.protocol} port`;
  return ` on port ${port.first === port.last ? port.first : `${port.first}-${port.last}`}${of}`;
}
