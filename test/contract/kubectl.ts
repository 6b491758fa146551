import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectSame } from "./differences.ts";
import type { Both, Pair, Side } from "./pair.ts";

export interface Said {
  code: number;
  /** What it printed, errors too. */
  text: string;
}

export interface Kubectl {
  /** Runs it on both clusters, with the input on its standard input. */
  run(args: readonly string[], input?: string): Promise<Both<Said>>;
  /** Runs it on both, and compares its exit code and all that it prints. */
  same(args: readonly string[], input?: string): Promise<Both<Said>>;
  stop(): void;
}

/** A stock kubectl on both clusters, in one namespace. Its editor replaces `replicas: 2` by `replicas: 3`. */
export function stockKubectl({ real, embedded }: Pair, namespace: string): Kubectl {
  const home = mkdtempSync(join(tmpdir(), "trueup-kubectl-"));
  const editor = join(home, "editor.sh");
  writeFileSync(editor, `#!/bin/sh\nsed -i 's/replicas: 2/replicas: 3/' "$1"\n`, { mode: 0o700 });
  const kubeconfigs = { real: real.kubeconfig, embedded: embedded.kubeconfigPath };
  const one = (side: Side, args: readonly string[], input: string) =>
    new Promise<Said>((resolve) => {
      const env = { PATH: process.env.PATH, HOME: join(home, side), EDITOR: editor, KUBECTL_APPLYSET: "true" };
      const all = ["--kubeconfig", kubeconfigs[side], "--namespace", namespace, ...args];
      const child = execFile(real.kubectl, all, { env, timeout: 60_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, text: stdout + stderr });
      });
      child.stdin?.end(input);
    });
  const run: Kubectl["run"] = async (args, input = "") => {
    const [realSaid, embeddedSaid] = await Promise.all([one("real", args, input), one("embedded", args, input)]);
    return { real: realSaid, embedded: embeddedSaid };
  };
  return {
    run,
    async same(args, input) {
      const said = await run(args, input);
      const told = ({ code, text }: Said) => ({ code, lines: linesOf(text) });
      expectSame(`kubectl ${args.join(" ")}`, told(said.real), told(said.embedded));
      return said;
    },
    stop: () => rmSync(home, { recursive: true, force: true }),
  };
}

const picked: readonly [RegExp, string][] = [
  [
    /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4}/g,
    "<time>",
  ],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uid>"],
  [/(resourceVersion"?): "\d+"/g, '$1: "<n>"'],
  [/pod-template-hash=\w+/g, "pod-template-hash=<hash>"],
  // Names of what controllers make: a template's hash, and five letters for a pod.
  [/\b([a-z]+)-[bcdf-hj-np-tv-z2-9]{6,10}(-[a-z0-9]{5})?\b/g, "$1-<hash>"],
  [/\b10\.\d+\.\d+\.\d+\b/g, "<ip>"],
  [/https:\/\/127\.0\.0\.1:\d+/g, "<url>"],
  [/\b(node-1|sandbox-node)\b/g, "<node>"],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, "/tmp/$1"],
  // Ages, of what is a second older on the one than on the other.
  [/\b(\d+d)?(\d+h)?(\d+m)?\d+s\b/g, "<age>"],
  [/[ \t]+/g, " "],
];

/** What kubectl printed, without what each cluster picks for itself. */
export function linesOf(text: string): string[] {
  return picked
    .reduce((rest, [what, instead]) => rest.replace(what, instead), text)
    .split("\n")
    .map((line) => line.trimEnd());
}
