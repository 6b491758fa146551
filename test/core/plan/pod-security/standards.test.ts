import { expect, test } from "vitest";
import { isExempt, isJudgedAlike, isOtherPolicy } from "../../../../src/core/plan/pod-security/policy.ts";
import { podSecurityWarning } from "../../../../src/core/plan/pod-security/standards.ts";
import { pods } from "./pods.ts";

const enforce = (level: string, version?: string) => ({
  "pod-security.kubernetes.io/enforce": level,
  ...(version === undefined ? {} : { "pod-security.kubernetes.io/enforce-version": version }),
});
const bare = pods["nothing at all"]!;

test("a workload that says nothing of its security is told all that a restricted namespace asks for, and nothing in another", () => {
  expect(podSecurityWarning(bare, enforce("restricted"), 37)).toBe(
    'would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
  for (const level of ["baseline", "privileged"]) {
    expect(podSecurityWarning(bare, enforce(level), 37)).toBeUndefined();
  }
  expect(podSecurityWarning(bare, {}, 37)).toBeUndefined();
  expect(podSecurityWarning(pods["all that is asked for"], enforce("restricted"), 37)).toBeUndefined();
});

test("of what is enforced and what is warned of, what is enforced is told", () => {
  const labels = { ...enforce("baseline"), "pod-security.kubernetes.io/warn": "restricted" };
  expect(podSecurityWarning(pods["several privileged"], labels, 37)).toMatch(/"baseline:latest": privileged/);
  expect(podSecurityWarning(bare, labels, 37)).toMatch(/"restricted:latest": allow/);
});

test("what a version of the standards allows counts from that version on, the server's own where none is named", () => {
  const judged = (version: string | undefined, server: number) =>
    podSecurityWarning(pods["sysctls that are safe by now"], enforce("baseline", version), server);
  expect(judged(undefined, 32)).toBeUndefined();
  expect(judged(undefined, 31)).toMatch(/: forbidden sysctls \(net\.ipv4\.tcp_rmem\)$/);
  expect(judged("v1.26", 32)).toMatch(
    /"baseline:v1\.26": forbidden sysctls \(net\.ipv4\.ip_local_r.*, net\.ipv4\.tcp_rmem\)$/,
  );
});

test.each([
  ["whose runtime class may be let be", { ...bare, spec: { ...bare.spec, runtimeClassName: "vm" } }, 37],
  ["for a server whose standards are newer than these", bare, 38],
  ["for a server whose standards are older than these", bare, 24],
  ["that no workload has", undefined, 37],
])("nothing is told of a pod %s", (_, template, minor) => {
  expect(podSecurityWarning(template, enforce("restricted"), minor)).toBeUndefined();
});

test("what the server says now counts for a namespace that goes on as it is or eases, and not for one that tightens", () => {
  expect(isOtherPolicy(enforce("baseline"), { ...enforce("baseline"), team: "a" })).toBe(false);
  expect(isOtherPolicy(enforce("baseline"), enforce("restricted"))).toBe(true);
  expect(isOtherPolicy(undefined, {})).toBe(true);
  expect(isJudgedAlike(enforce("restricted"), enforce("baseline"))).toBe(true);
  expect(isJudgedAlike(enforce("baseline"), enforce("restricted"))).toBe(false);
  expect(isJudgedAlike(undefined, enforce("baseline"))).toBe(false);
  const said =
    'namespace "shop" is exempt from Pod Security, and the policy (enforce=restricted:latest) will be ignored';
  expect(isExempt(said)).toBe(true);
});
