import { inject } from "vitest";
import { startControlPlane } from "./control-plane.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** What scenarios stand on: absent is the embedded cluster. */
    cluster?: "real";
  }
}

/** The cluster that the running project's scenarios stand on; undefined is the embedded one. */
export interface TestCluster {
  /** Of an administrator. */
  kubeconfig: string;
  stop(): Promise<void>;
}

export async function startTestCluster(): Promise<TestCluster | undefined> {
  return inject("cluster") === "real" ? startControlPlane({ controllers: true }) : undefined;
}
