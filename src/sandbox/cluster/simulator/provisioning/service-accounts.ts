import type { Controller, Surroundings } from "../controller.ts";
import { controllerManager } from "../workloads/ownership.ts";

/** Keeps the ServiceAccount `default` in every namespace, as pods take it unless they name another. */
export function serviceAccountController({ store }: Surroundings): Controller {
  return {
    resource: "namespaces",
    reconcile({ metadata: { name: namespace, deletionTimestamp } }) {
      if (deletionTimestamp !== undefined) return undefined;
      if (store.get("serviceaccounts", namespace, "default") !== undefined) return undefined;
      const metadata = { name: "default", namespace };
      store.create({ apiVersion: "v1", kind: "ServiceAccount", metadata }, controllerManager);
      return undefined;
    },
  };
}
