import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { type Defaults, type DefaultsTable, fill } from "./rule.ts";

const admission = "io.k8s.api.admissionregistration.v1.";

const selectors = { matchPolicy: "Equivalent", namespaceSelector: {}, objectSelector: {} };

const webhook: Defaults = (value) => {
  fill(value, { failurePolicy: "Fail", timeoutSeconds: 10, ...selectors });
  const service = (value.clientConfig as JsonObject | undefined)?.service as JsonObject | undefined;
  if (service !== undefined) fill(service, { port: 443 });
};

export const admissionDefaults: DefaultsTable = {
  [`${admission}ValidatingWebhook`]: webhook,
  [`${admission}MutatingWebhook`]: (value) => {
    webhook(value);
    fill(value, { reinvocationPolicy: "Never" });
  },
  [`${admission}RuleWithOperations`]: (rule) => fill(rule, { scope: "*" }),
  [`${admission}NamedRuleWithOperations`]: (rule) => fill(rule, { scope: "*" }),
  [`${admission}MatchResources`]: (resources) => fill(resources, selectors),
  [`${admission}ValidatingAdmissionPolicySpec`]: (spec) => fill(spec, { failurePolicy: "Fail" }),
  [`${admission}MutatingAdmissionPolicySpec`]: (spec) => fill(spec, { failurePolicy: "Fail" }),
};
