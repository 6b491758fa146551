import type { JsonObject } from "../../../../src/core/manifest/kube-object.ts";

type Fields = JsonObject;

const container = (securityContext: Fields | undefined, more: Fields = {}) => ({
  name: "web",
  image: "web:1",
  ...(securityContext === undefined ? {} : { securityContext }),
  ...more,
});

/** All that `restricted` asks for. */
const secured = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};
const side = container(secured, { name: "side" });

const pod = (spec: Fields, metadata: Fields = {}) => ({
  metadata,
  spec: { containers: [container(secured)], ...spec },
});
const withContext = (context: Fields) => pod({ containers: [side, container({ ...secured, ...context })] });
const withBoth = (context: Fields) =>
  pod({ initContainers: [container({ ...secured, ...context }, { name: "first" })], ...withContext(context).spec });
const withPod = (securityContext: Fields, more: Fields = {}) => pod({ securityContext, ...more });
const ofOne = (more: Fields) => pod({ containers: [side, container(secured, more)] });
const withVolumes = (...volumes: Fields[]) => pod({ volumes: volumes.map((one, at) => ({ name: `v${at}`, ...one })) });
const annotated = (name: string, value: string) => pod({}, { annotations: { [name]: value } });

const { seccompProfile: _, ...withoutSeccomp } = secured;
const { runAsNonRoot: __, ...withoutUser } = secured;

/** Pod templates on either side of what each control of the standards has to say. */
export const pods: Readonly<Record<string, { metadata: Fields; spec: Fields }>> = {
  "all that is asked for": pod({}),
  "nothing at all": pod({ containers: [container(undefined)] }),
  "nothing in several": pod({ containers: [container(undefined), container(undefined, { name: "b" })] }),
  "empty contexts": pod({ containers: [container({})], securityContext: {} }),
  privileged: withContext({ privileged: true, allowPrivilegeEscalation: true }),
  "several privileged": withBoth({ privileged: true, allowPrivilegeEscalation: true }),
  "not privileged": withContext({ privileged: false }),
  "one namespace of the host": pod({ hostPID: true }),
  "all namespaces of the host": pod({ hostNetwork: true, hostPID: true, hostIPC: true }),
  "host path": withVolumes({ hostPath: { path: "/" } }),
  "many volumes": withVolumes({ hostPath: { path: "/" } }, { nfs: { server: "a", path: "/" } }, { emptyDir: {} }),
  "volumes that are allowed": withVolumes(
    { configMap: { name: "a" } },
    { csi: { driver: "a" } },
    { downwardAPI: { items: [{ path: "a", fieldRef: { fieldPath: "metadata.name" } }] } },
    { emptyDir: {} },
    { ephemeral: { volumeClaimTemplate: { spec: claim() } } },
    { persistentVolumeClaim: { claimName: "a" } },
    { projected: { sources: [] } },
    { secret: { secretName: "a" } },
  ),
  "an empty volume": withVolumes({}),
  "port of the host": ofOne({ ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }] }),
  "ports of the host": pod({
    containers: [
      container(secured, { ports: [{ containerPort: 80, hostPort: 9080 }] }),
      container(secured, { name: "b", ports: [{ containerPort: 80, hostPort: 10080 }] }),
    ],
  }),
  "probes to a host": ofOne({
    livenessProbe: { httpGet: { port: 80, host: "10.0.0.1" } },
    readinessProbe: { tcpSocket: { port: 80, host: "10.0.0.2" } },
    lifecycle: { preStop: { httpGet: { port: 80, host: "10.0.0.1" } } },
  }),
  "probes to itself": ofOne({ livenessProbe: { httpGet: { port: 80 } } }),
  "capabilities of the baseline": withContext({ capabilities: { drop: ["ALL"], add: ["CHOWN", "NET_BIND_SERVICE"] } }),
  "capabilities beyond": withBoth({ capabilities: { add: ["SYS_TIME", "NET_ADMIN", "KILL"] } }),
  "binding alone": withContext({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
  "nothing dropped": withContext({ capabilities: { drop: ["NET_RAW"] } }),
  escalation: withContext({ allowPrivilegeEscalation: true }),
  "default proc": withContext({ procMount: "Default" }),
  "unmasked proc of its own users": pod({ ...withContext({ procMount: "Unmasked" }).spec, hostUsers: false }),
  "root of its own users": pod({ containers: [container({ ...withoutUser, runAsUser: 0 })], hostUsers: false }),
  "root of the host's users": pod({ containers: [container({ ...withoutUser, runAsUser: 0 })], hostUsers: true }),
  "root throughout": withPod({ runAsUser: 0 }, withBoth({ runAsUser: 0 }).spec),
  "another user": withContext({ runAsUser: 1000 }),
  "any user": pod({ containers: [container(withoutUser)] }),
  "any user, and not root by its pod": withPod({ runAsNonRoot: true }, { containers: [container(withoutUser)] }),
  "any user, and root by its pod": withPod({ runAsNonRoot: false }, { containers: [container(withoutUser)] }),
  "root by its pod, and not by itself": withPod({ runAsNonRoot: false }),
  "root allowed": withPod({ runAsNonRoot: true }, withContext({ runAsNonRoot: false }).spec),
  "no seccomp": pod({ containers: [container(withoutSeccomp), side] }),
  "seccomp of its pod": withPod(
    { seccompProfile: { type: "RuntimeDefault" } },
    { containers: [container(withoutSeccomp)] },
  ),
  "seccomp of a file": withContext({ seccompProfile: { type: "Localhost", localhostProfile: "a.json" } }),
  "unconfined by seccomp": withBoth({ seccompProfile: { type: "Unconfined" } }),
  "unconfined by seccomp in its pod": withPod({ seccompProfile: { type: "Unconfined" } }),
  "unconfined by AppArmor": withPod(
    { appArmorProfile: { type: "Unconfined" } },
    withContext({ appArmorProfile: { type: "Unconfined" } }).spec,
  ),
  "AppArmor of a file": withContext({ appArmorProfile: { type: "Localhost", localhostProfile: "a" } }),
  "AppArmor by annotation": annotated("container.apparmor.security.beta.kubernetes.io/web", "unconfined"),
  "AppArmor's default by annotation": annotated(
    "container.apparmor.security.beta.kubernetes.io/web",
    "runtime/default",
  ),
  "SELinux types": withPod(
    { seLinuxOptions: { type: "spc_t" } },
    withContext({ seLinuxOptions: { type: "super_t" } }).spec,
  ),
  "SELinux type that is allowed": withContext({ seLinuxOptions: { type: "container_init_t", level: "s0" } }),
  "SELinux type that is allowed by now": withContext({ seLinuxOptions: { type: "container_engine_t" } }),
  "SELinux user and role": withContext({ seLinuxOptions: { user: "a", role: "b" } }),
  "sysctls that are safe": withPod({
    sysctls: [
      { name: "kernel.shm_rmid_forced", value: "0" },
      { name: "net.ipv4.tcp_syncookies", value: "0" },
    ],
  }),
  "sysctls that are safe by now": withPod({
    sysctls: [
      { name: "net.ipv4.ip_local_reserved_ports", value: "1" },
      { name: "net.ipv4.tcp_rmem", value: "1" },
    ],
  }),
  "sysctls that are not": withPod({
    sysctls: [
      { name: "kernel.msgmax", value: "0" },
      { name: "net.core.somaxconn", value: "0" },
    ],
  }),
  "a process of a Windows host": pod({
    os: { name: "windows" },
    hostNetwork: true,
    containers: [container(undefined)],
    securityContext: { windowsOptions: { hostProcess: true, runAsUserName: "a" }, runAsNonRoot: true },
  }),
  "a container of Windows": pod({
    os: { name: "windows" },
    containers: [container(undefined)],
    securityContext: { runAsNonRoot: true },
  }),
};

function claim(): Fields {
  return { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
}
