import type { KubeClient } from "../../src/kube/kube-client.ts";
import { isKubeError } from "../../src/kube/kube-error.ts";
import type { JsonApi } from "../../src/sandbox/story/json-api.ts";

/** The Kubernetes API by paths, for what a test asks as kubectl would. */
export function kubernetesApi({ transport }: Pick<KubeClient, "transport">): JsonApi {
  return async <T>(path: string, { method = "GET", body, contentType = "application/json" }: Call = {}) => {
    try {
      return (await transport.request({ method, path, body, contentType })) as T;
    } catch (thrown) {
      if (isKubeError(thrown, 404)) return undefined;
      throw thrown;
    }
  };
}

type Call = NonNullable<Parameters<JsonApi>[1]>;
