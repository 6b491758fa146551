import type { Controller, Surroundings } from "../controller.ts";
import { fnv32a } from "../pace.ts";
import { writeStatus } from "../workloads/pods.ts";

/** Gives Services of type LoadBalancer an address for documentation (https://www.rfc-editor.org/rfc/rfc5737), behind which is nothing. */
export function loadBalancerController({ store }: Surroundings): Controller {
  return {
    resource: "services",
    reconcile(object) {
      const { type, loadBalancerClass } = object.spec as { type?: string; loadBalancerClass?: string };
      const wanted =
        type === "LoadBalancer" && loadBalancerClass === undefined && object.metadata.deletionTimestamp === undefined;
      const status = (object.status ?? {}) as { loadBalancer?: { ingress?: { ip?: string }[] } };
      if (wanted === (status.loadBalancer?.ingress !== undefined)) return undefined;
      const ip = `203.0.113.${1 + (fnv32a(object.metadata.uid ?? "") % 254)}`;
      const loadBalancer = wanted ? { ingress: [{ ip, ipMode: "VIP" }] } : {};
      writeStatus(store, "services", object, { ...status, loadBalancer }, { manager: "cloud-controller-manager" });
      return undefined;
    },
  };
}
