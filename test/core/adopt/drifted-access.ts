import { type Drifted, gone, patched, ref, set } from "./drifted.ts";

/** Who may do and reach what, one file each. */
export const access: Drifted[] = [
  patched(
    "a NetworkPolicy's only port",
    ref("networking.k8s.io/v1", "NetworkPolicy", "web", "shop"),
    [set(8443, "spec", "ingress", 0, "ports", 0, "port")],
    `
 # who may reach the shop
 apiVersion: networking.k8s.io/v1
 kind: NetworkPolicy
 metadata: { name: web }
 spec:
   podSelector: {}
   ingress:
     -   ports:
-          - { protocol: TCP, port: 443 }
+          - { protocol: TCP, port: 8443 }
         from:
           # our own
           - namespaceSelector: {matchLabels: {name: shop}}
`,
  ),
  patched(
    "a Role's verbs in brackets with blanks",
    ref("rbac.authorization.k8s.io/v1", "Role", "reader", "shop"),
    [set(["get", "list", "watch"], "rules", 0, "verbs")],
    `
 apiVersion: rbac.authorization.k8s.io/v1
 kind: Role
 metadata:
   name: reader
 rules:
 - apiGroups: [""] # core
   resources: [ pods,
                services ]
-  verbs: [ "get", "list" ]
+  verbs: [ "get", "list", "watch" ]
`,
  ),
  patched(
    "a ClusterRole's verbs, one on each line with comments",
    ref("rbac.authorization.k8s.io/v1", "ClusterRole", "reader"),
    [set(["get", "watch"], "rules", 0, "verbs")],
    `
 apiVersion: rbac.authorization.k8s.io/v1
 kind: ClusterRole
 metadata: {name: reader}
 rules:
   - apiGroups: ["*"]
     resources: ["*"]
     verbs:
       - get    # one
-      - list   # all
       # later:
       - watch  # and then
`,
  ),
  patched(
    "a RoleBinding gets another subject",
    ref("rbac.authorization.k8s.io/v1", "RoleBinding", "readers", "shop"),
    [set({ kind: "User", name: "eve@example.com" }, "subjects", 1)],
    `
 apiVersion: rbac.authorization.k8s.io/v1
 kind: RoleBinding
 metadata: {name: readers}
 subjects:
 - kind: Group   # everybody
   name: devs
+- kind: User
+  name: eve@example.com
 roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
`,
  ),
  patched(
    "a ServiceAccount: `no` without quotes",
    ref("v1", "ServiceAccount", "robot", "shop"),
    [set(true, "automountServiceAccountToken")],
    `
 apiVersion: v1
 kind: ServiceAccount
 metadata:
   name: "robot"
-automountServiceAccountToken: no # none
+automountServiceAccountToken: true # none
`,
  ),
  patched(
    "a Namespace's labels",
    ref("v1", "Namespace", "shop"),
    [set("restricted", "metadata", "labels", "pod-security.kubernetes.io/enforce")],
    `
 apiVersion: v1
 kind: Namespace
 metadata:
   name: shop
   labels:
     ? pod-security.kubernetes.io/enforce
-    : baseline # for now
+    : restricted # for now
`,
  ),
  patched(
    "a webhook's timeout and a selector",
    ref("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard"),
    [
      set(5, "webhooks", { name: "guard.example.com" }, "timeoutSeconds"),
      gone("webhooks", { name: "guard.example.com" }, "namespaceSelector"),
    ],
    `
 apiVersion: admissionregistration.k8s.io/v1
 kind: ValidatingWebhookConfiguration
 metadata: {name: guard}
 webhooks:
 - name: guard.example.com
   # slow on Mondays
-  timeoutSeconds: 10
-  namespaceSelector:
-    matchExpressions:
-    # all but the system
-    - {key: name, operator: NotIn, values: [kube-system]}
+  timeoutSeconds: 5
   # end
   sideEffects: None
`,
  ),
];
