import type { TestProject } from "vitest/node";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";

/** A real API server as the suite's files reach it, each in namespaces of its own. */
export type RealServer = Pick<ControlPlane, "url" | "ca" | "token" | "kubeconfig" | "kubectl" | "etcd">;

declare module "vitest" {
  interface ProvidedContext {
    /** Nothing but the API: no controller writes into what a case compares. */
    quiet: RealServer;
    /** With controllers, scheduler and a node. */
    alive: RealServer;
  }
}

/** Starts the two real API servers that all files of the suite share. @returns what ends them */
export default async function setup(project: TestProject): Promise<() => Promise<unknown>> {
  const planes = await Promise.all([
    // Pages of lists come from etcd then, which can be told to forget; the snapshots of the cache could not.
    startControlPlane({ controllers: false, apiServerFlags: ["--feature-gates=ListFromCacheSnapshot=false"] }),
    startControlPlane({ controllers: true }),
  ]);
  // After a restart its watch cache knows nothing of the time before: watches from then are told that it is gone.
  await planes[0].apiServer.kill();
  await planes[0].apiServer.start();
  const [quiet, alive] = planes.map(({ url, ca, token, kubeconfig, kubectl, etcd }) => ({
    url,
    ca,
    token,
    kubeconfig,
    kubectl,
    etcd,
  }));
  project.provide("quiet", quiet!);
  project.provide("alive", alive!);
  return () => Promise.all(planes.map((plane) => plane.stop()));
}
