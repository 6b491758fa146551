import { expect, test } from "vitest";
import { kubeErrorFrom, withoutSecrets } from "../../src/kube/kube-error.ts";

const answered = (code: number, message: string) =>
  kubeErrorFrom(code, JSON.stringify({ kind: "Status", reason: "Invalid", message }), {});
const wayOut = /give it another name, or take it out in one merge and bring it back in the next$/;

test.each([
  'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
  "StatefulSet.apps \"db\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden",
  'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.0.0.9"]: may not change once set',
  'PersistentVolumeClaim "data" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests',
  'RoleBinding.rbac.authorization.k8s.io "b" is invalid: roleRef: Invalid value: {"name":"x"}: cannot change roleRef',
  'PriorityClass.scheduling.k8s.io "high" is invalid: value: Forbidden: may not be changed in an update.',
])("who changes what cannot be changed is told how it can be done: %s", (words) => {
  expect(answered(422, words).message).toMatch(wayOut);
  expect(answered(422, words).message).toContain(words.slice(0, 60));
});

const template =
  'core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{Name:"", Labels:map[string]string{"app":"}x{"}}, Spec:core.PodSpec{Containers:[]core.Container{core.Container{Env:[]core.EnvVar{core.EnvVar{Name:"PIN", Value:"say \\"hunter2\\" }}}"}}}}, Volumes:[]core.Volume(nil)}}';
const job = 'Job.batch "x" is invalid: ';

test.each([
  [
    `spec.template: Invalid value: ${template}: field is immutable`,
    "spec.template: Invalid value: {…}: field is immutable",
  ],
  [
    `spec.template: Invalid value: ${template.replace("core.Container{", `core.Container{Args:[]string{"${"x".repeat(4_000)}"}, `)}: field is immutable`,
    "spec.template: Invalid value: {…}: field is immutable",
  ],
  [
    'spec.template: Invalid value: {"spec":{"env":[{"name":"PIN","value":"hunter2"}]}}: field is immutable',
    "spec.template: Invalid value: {…}: field is immutable",
  ],
  [
    `[spec.ports: Invalid value: [{"a":"hunter2"},{"b":["]"]}]: field is immutable, spec.x: Invalid value: []core.A{core.A{B:"hunter2"}, core.A{}}: may not change once set]`,
    "[spec.ports: Invalid value: {…}: field is immutable, spec.x: Invalid value: {…}: may not change once set]",
  ],
  [
    'spec.password: Invalid value: map[string]core.A{"a":core.A{B:"hunter2"}}: field is immutable',
    "spec.password: Invalid value: ********: field is immutable",
  ],
])("what is said of a field can be read, without the thousands of characters that it holds: %#", (words, told) => {
  const { message } = answered(422, job + words);
  expect(message.replace(wayOut, "")).toBe(`${job}${told}; what is there is not deleted for that: `);
});

test("an object that the server's words do not tell to its end is left out with all that follows", () => {
  const { message } = answered(422, `${job}spec.template: Invalid value: ${template.slice(0, -20)}`);
  expect(message).toBe(`${job}spec.template: Invalid value: {…}`);
});

test("a Secret's type that cannot be changed is told with its way out and without its words", () => {
  const error = withoutSecrets(answered(422, 'Secret "s" is invalid: data: Forbidden: hunter2: field is immutable'));
  expect(error.message).toMatch(wayOut);
  expect(error.message).not.toContain("hunter2");
});

test("what is refused for something else has no such way out", () => {
  expect(answered(422, 'Service "web" is invalid: spec.ports: Required value').message).not.toMatch(wayOut);
  const policy =
    "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'tags' with binding 'tags' denied request: ";
  expect(answered(422, `${policy}image tags must be immutable, use a digest`).message).not.toMatch(wayOut);
  expect(answered(422, `${policy}the tag latest is immutable`).message).not.toMatch(wayOut);
  expect(answered(409, "the object is immutable").message).not.toMatch(wayOut);
});
