import { type Drifted, gone, patched, ref, set } from "./drifted.ts";

/** One file each, as its changed lines stand among the others: `-` is in Git, `+` is in the commit that adopts. */
export const kinds: Drifted[] = [
  patched(
    "an Ingress's host in a list of mappings",
    ref("networking.k8s.io/v1", "Ingress", "web", "shop"),
    [set("shop.example.org", "spec", "rules", 0, "host")],
    `
 apiVersion: networking.k8s.io/v1
 kind: Ingress
 metadata:
   name: web
   annotations:
     nginx.ingress.kubernetes.io/rewrite-target: /$1   # first group
 spec:
   rules:
-  - host: shop.example.com    # public
+  - host: shop.example.org    # public
     http: {paths: [{path: /(.*), pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
`,
  ),
  patched(
    "an annotation's value that looks like a boolean",
    ref("networking.k8s.io/v1", "Ingress", "web", "shop"),
    [set("false", "metadata", "annotations", "ssl-redirect")],
    `
 kind: Ingress
 apiVersion: networking.k8s.io/v1
 metadata:
   annotations:
-    ssl-redirect: 'true' # a comment
+    ssl-redirect: 'false' # a comment
   name: web
`,
  ),
  patched(
    "an autoscaler's limits",
    ref("autoscaling/v2", "HorizontalPodAutoscaler", "web", "shop"),
    [set(20, "spec", "maxReplicas"), gone("spec", "minReplicas")],
    `
 apiVersion: autoscaling/v2
 kind: HorizontalPodAutoscaler
 metadata: {name: web}
 spec:
   scaleTargetRef: &target
     apiVersion: apps/v1
     kind: Deployment
     name: web
-  minReplicas: 2
-  maxReplicas:   10 # quota
+  maxReplicas:   20 # quota
   metrics:
   - type: Resource
     resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
`,
  ),
  patched(
    "a PodDisruptionBudget: a number becomes a percentage",
    ref("policy/v1", "PodDisruptionBudget", "web", "shop"),
    [set("25%", "spec", "maxUnavailable")],
    `
 apiVersion: policy/v1
 kind: PodDisruptionBudget
 metadata:
     name: web
 spec:
-    maxUnavailable: 1 # of three
+    maxUnavailable: 25% # of three
     selector: {matchLabels: {app: web}}
`,
  ),
  patched(
    "a PersistentVolumeClaim's size",
    ref("v1", "PersistentVolumeClaim", "data", "shop"),
    [set("20Gi", "spec", "resources", "requests", "storage")],
    `
 ---
 apiVersion: v1
 kind: PersistentVolumeClaim
 metadata:
   name: data
 spec:
   accessModes: [ReadWriteOnce]
   resources:
     requests:
-      "storage": "10Gi"
+      "storage": "20Gi"
 ---
 # nothing more
`,
  ),
  patched(
    "a StorageClass gets a mount option",
    ref("storage.k8s.io/v1", "StorageClass", "fast"),
    [set(["noatime", "discard"], "mountOptions")],
    `
 apiVersion: storage.k8s.io/v1
 kind: StorageClass
 metadata: {name: fast}
 mountOptions:
     - noatime
+    - discard
 # the cloud's
 provisioner: ebs.csi.aws.com
 parameters: {type: gp3}
`,
  ),
  patched(
    "a PriorityClass's large number",
    ref("scheduling.k8s.io/v1", "PriorityClass", "high"),
    [set(2_000_000, "value")],
    `
 apiVersion: scheduling.k8s.io/v1
 kind: PriorityClass
 metadata:
   name: high
-value: 1_000_000   # grouped
+value: 2000000   # grouped
`,
  ),
  patched(
    "a LimitRange in mixed style",
    ref("v1", "LimitRange", "limits", "shop"),
    [set("1", "spec", "limits", 0, "default", "cpu"), set("2Gi", "spec", "limits", 0, "default", "memory")],
    `
 apiVersion: v1
 kind: LimitRange
 metadata:
   name: limits
 spec:
   limits:
   - type: Container
     default: {
-      cpu: 500m,   # half
+      cpu: "1",   # half
-      memory: 1Gi
+      memory: 2Gi
      }
`,
  ),
  patched(
    "a ResourceQuota gets a field in braces over many lines",
    ref("v1", "ResourceQuota", "quota", "shop"),
    [set("9", "spec", "hard", "pods")],
    `
 apiVersion: v1
 kind: ResourceQuota
 metadata:
   name: quota
 spec:
   hard: {
-    cpu: '10'   # cores
+    cpu: '10',   # cores
+    pods: '9'
    }
`,
  ),
  patched(
    "a Job's back-off",
    ref("batch/v1", "Job", "migrate", "shop"),
    [set(6, "spec", "backoffLimit"), set(600, "spec", "activeDeadlineSeconds")],
    `
 apiVersion: batch/v1
 kind: Job
 metadata: {name: migrate}
 spec:
-  backoffLimit: 0x4
+  backoffLimit: 6
   template:
     spec:
       restartPolicy: Never
       containers: [{name: migrate, image: 'migrate:1', command: [/migrate]}]
+  activeDeadlineSeconds: 600
`,
  ),
  patched(
    "a Pod's node selector that goes",
    ref("v1", "Pod", "debug", "shop"),
    [gone("spec", "nodeSelector", "disk")],
    `
 apiVersion: v1
 kind: Pod
 metadata: {name: debug}
 spec:
-  nodeSelector:   # only there
-    disk: ssd     # fast
+  nodeSelector: {}   # only there
   containers:
   - {name: debug, image: busybox}
`,
  ),
  patched(
    "Endpoints: a list in a list",
    ref("v1", "Endpoints", "external", "shop"),
    [set("10.0.0.9", "subsets", 0, "addresses", 1, "ip")],
    `
 apiVersion: v1
 kind: Endpoints
 metadata: {name: external}
 subsets:
 - addresses:
   - ip: 10.0.0.1
-  - ip: 10.0.0.2    # second
+  - ip: 10.0.0.9    # second
   ports: [{port: 5432}]
`,
  ),
];
