import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import type { ControlPlane } from "./control-plane.ts";
import { mainFile } from "./sandbox-process.ts";

const run = promisify(execFile);

function withoutTime({ status: _, metadata: { resourceVersion: __, ...metadata }, ...object }: KubeObject): string {
  return `${object.kind} ${metadata.namespace ?? ""}/${metadata.name} ${JSON.stringify({ ...object, metadata })}`;
}

/** A person's own cluster, and `trueup sandbox --kubeconfig` run on it to its end. */
export function ownCluster(server: ControlPlane) {
  const kubectl = async (...args: string[]) =>
    (await run(server.kubectl, ["--kubeconfig", server.kubeconfig, ...args], { maxBuffer: 64 * 2 ** 20 })).stdout;
  const commandLine = (args: readonly string[]) => [mainFile, "sandbox", "--kubeconfig", server.kubeconfig, ...args];
  return {
    kubectl,
    /** @returns exit code and all that was said */
    sandbox: (...args: string[]) =>
      run(process.execPath, commandLine(args)).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        ({ code, stdout, stderr }) => ({ code, said: `${stdout}${stderr}` }),
      ),
    /** Starts it, and kills it with no warning as soon as it has said this. */
    async sandboxKilledAt(words: string, ...args: string[]): Promise<void> {
      const child = spawn(process.execPath, commandLine(args), { stdio: ["ignore", "pipe", "inherit"] });
      const closed = new Promise((resolve) => child.once("close", resolve));
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text) => {
        said += text;
        if (said.includes(words)) child.kill("SIGKILL");
      });
      await closed;
      if (!said.includes(words)) throw new Error(`it ended before it said ${words}:\n${said}`);
    },
    /** Every object of the cluster with its content, but for what tells that time goes by. */
    async dump(): Promise<string[]> {
      const kinds = (await kubectl("api-resources", "--verbs=list", "-o", "name")).split("\n").filter(Boolean);
      const still = kinds.filter((kind) => !/^(events|leases|componentstatuses)\b/.test(kind));
      const { items } = JSON.parse(await kubectl("get", still.join(), "--all-namespaces", "-o", "json")) as {
        items: KubeObject[];
      };
      return items.map(withoutTime).sort();
    },
  };
}
