import { describe, expect, test } from "vitest";
import type { Json, JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { object, told } from "./told.ts";

/** One container `log`, the pod around it, and the annotations of its template. */
function pods(container: JsonObject, pod: JsonObject = {}, annotations: JsonObject = {}): KubeObject {
  const containers: Json[] = [{ name: "log", ...container }];
  return object("apps/v1", "DaemonSet", {
    spec: { template: { metadata: { annotations }, spec: { containers, ...pod } } },
  });
}
const secured = (securityContext: JsonObject) => ({ securityContext });
const ways = (live: KubeObject | undefined, after: KubeObject) =>
  told(live, after).map((text) => text.replace("opens-host: ", ""));

// https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline, control by control.
describe("what the baseline forbids is told", () => {
  test.each<[string, KubeObject, string]>([
    [
      "a port of the node",
      pods({ ports: [{ containerPort: 80, hostPort: 8080, protocol: "TCP" }] }),
      "port 8080 of the node",
    ],
    ["by UDP", pods({ ports: [{ hostPort: 53, protocol: "UDP" }] }), "port 53/UDP of the node"],
    ["at one address", pods({ ports: [{ hostPort: 53, hostIP: "127.0.0.1" }] }), "port 53 of the node at 127.0.0.1"],
    [
      "capabilities",
      pods(secured({ capabilities: { add: ["CHOWN", "SYS_ADMIN", "NET_BIND_SERVICE", "NET_ADMIN"] } })),
      "container `log` with SYS_ADMIN, container `log` with NET_ADMIN",
    ],
    [
      "all of them",
      pods(secured({ capabilities: { add: ["ALL", "SYS_ADMIN"] } })),
      "container `log` with ALL capabilities",
    ],
    [
      "a process of a Windows host, said for the pod",
      pods({}, secured({ windowsOptions: { hostProcess: true } })),
      "container `log` is a process of the host",
    ],
    ["an unmasked /proc", pods(secured({ procMount: "Unmasked" })), "container `log` with /proc unmasked"],
    ["no seccomp", pods({}, secured({ seccompProfile: { type: "Unconfined" } })), "container `log` without seccomp"],
    ["no AppArmor", pods(secured({ appArmorProfile: { type: "Unconfined" } })), "container `log` without AppArmor"],
    [
      "no AppArmor, by the annotation of old",
      pods({}, {}, { "container.apparmor.security.beta.kubernetes.io/log": "unconfined" }),
      "container `log` without AppArmor",
    ],
    [
      "an SELinux type",
      pods(secured({ seLinuxOptions: { type: "spc_t" } })),
      "container `log` with the SELinux type spc_t",
    ],
    [
      "an SELinux user",
      pods({}, secured({ seLinuxOptions: { user: "u" } })),
      "container `log` with the SELinux user u",
    ],
    [
      "sysctls that are not safe",
      pods({}, secured({ sysctls: [{ name: "kernel/msgmax" }, { name: "net.ipv4.tcp_syncookies" }] })),
      "the sysctl kernel.msgmax",
    ],
    [
      "a probe that the node sends elsewhere",
      pods({ readinessProbe: { httpGet: { host: "169.254.169.254", port: 80 } } }),
      "probes of container `log` sent to 169.254.169.254",
    ],
  ])("%s", (_, after, text) => {
    expect(ways(undefined, after)).toEqual([text]);
    expect(ways(after, after)).toEqual([]);
  });

  test("and what it allows is not", () => {
    const allowed = {
      capabilities: { add: ["CHOWN", "SYS_CHROOT"], drop: ["ALL"] },
      procMount: "Default",
      seccompProfile: { type: "RuntimeDefault" },
      appArmorProfile: { type: "Localhost", localhostProfile: "web" },
      seLinuxOptions: { type: "container_t", level: "s0:c1" },
      privileged: false,
    };
    const ports = [{ containerPort: 80, hostPort: 0 }];
    expect(ways(undefined, pods({ ...secured(allowed), ports }))).toEqual([]);
  });
});

describe("a way out that was there", () => {
  const volumes = [{ name: "v", hostPath: { path: "/var/log" } }];
  const mounting = (more: JsonObject) =>
    pods({ volumeMounts: [{ name: "v", mountPath: "/log", ...more }] }, { volumes });

  test("to read and is to write now can change the node", () => {
    expect(ways(mounting({ readOnly: true }), mounting({}))).toEqual(["the node's /var/log to write"]);
    expect(ways(mounting({}), mounting({ readOnly: true }))).toEqual([]);
    expect(ways(undefined, mounting({ readOnly: true }))).toEqual(["the node's /var/log to read"]);
  });

  test("for a privileged container is none more with one capability, nor one of ALL", () => {
    const one = pods(secured({ capabilities: { add: ["SYS_ADMIN"] } }));
    const all = pods(secured({ capabilities: { add: ["ALL"] } }));
    const privileged = pods(secured({ privileged: true, capabilities: { add: ["SYS_ADMIN"] } }));
    expect(ways(privileged, one)).toEqual([]);
    expect(ways(all, one)).toEqual([]);
    expect(ways(one, privileged)).toEqual(["container `log` is privileged"]);
  });

  test("at every address of the node is not told at one of them, and the other way round is", () => {
    const [everywhere, at] = ["0.0.0.0", "127.0.0.1"].map((hostIP) => pods({ ports: [{ hostPort: 53, hostIP }] })) as [
      KubeObject,
      KubeObject,
    ];
    expect(ways(everywhere, at)).toEqual([]);
    expect(ways(at, everywhere)).toEqual(["port 53 of the node"]);
  });

  test("said for the pod is the same said for its container", () => {
    const unconfined = secured({ seccompProfile: { type: "Unconfined" } });
    expect(ways(pods({}, unconfined), pods(unconfined))).toEqual([]);
  });
});

test("on the node's own network its ports are not told one by one, and the pods of a CronJob are looked at like others", () => {
  const spec = { hostNetwork: true, containers: [{ name: "c", ports: [{ hostPort: 1 }, { hostPort: 2 }] }] };
  const cron = object("batch/v1", "CronJob", { spec: { jobTemplate: { spec: { template: { spec } } } } });
  expect(ways(undefined, cron)).toEqual(["hostNetwork"]);
});

test("very many ports are compared in one go", () => {
  const many = (from: number) => pods({ ports: Array.from({ length: 60_000 }, (_, at) => ({ hostPort: from + at })) });
  expect(ways(many(1), many(2))).toEqual(["port 60001 of the node"]);
});
