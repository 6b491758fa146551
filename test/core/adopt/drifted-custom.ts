import { type Drifted, patched, ref, set } from "./drifted.ts";

/** Custom resources and what else people keep in Git, one file each. */
export const custom: Drifted[] = [
  patched(
    "a certificate's names, dashes deeper than their key",
    ref("cert-manager.io/v1", "Certificate", "web", "shop"),
    [set(["shop.example.com", "www.example.com"], "spec", "dnsNames")],
    `
 apiVersion: cert-manager.io/v1
 kind: Certificate
 metadata: {name: web}
 spec:
   secretName: web-tls
   dnsNames:
         - shop.example.com # main
+        - www.example.com
   renewBefore: 360h
`,
  ),
  patched(
    "an alert's expression over folded lines",
    ref("monitoring.coreos.com/v1", "PrometheusRule", "shop", "shop"),
    [set("sum(rate(errors[5m])) / sum(rate(requests[5m])) > 0.10", "spec", "groups", 0, "rules", 0, "expr")],
    `
 apiVersion: monitoring.coreos.com/v1
 kind: PrometheusRule
 metadata: {name: shop}
 spec:
   groups:
   - name: shop
     rules:
     - alert: Errors
       expr: >-
         sum(rate(errors[5m]))
         / sum(rate(requests[5m]))
-        > 0.05
+        > 0.10
       for: 5m   # five minutes
`,
  ),
  patched(
    "a scrape interval",
    ref("monitoring.coreos.com/v1", "ServiceMonitor", "web", "shop"),
    [set("15s", "spec", "endpoints", 0, "interval")],
    `
 apiVersion: monitoring.coreos.com/v1
 kind: ServiceMonitor
 metadata:   {  name:   web  }
 spec:
   endpoints:
-  - interval: 30s    #     often
+  - interval: 15s    #     often
     port: http
`,
  ),
  patched(
    "weights of a route, in braces inside brackets",
    ref("gateway.networking.k8s.io/v1", "HTTPRoute", "web", "shop"),
    [set(20, "spec", "rules", 0, "backendRefs", 1, "weight")],
    `
 apiVersion: gateway.networking.k8s.io/v1
 kind: HTTPRoute
 metadata: {name: web}
 spec:
   rules:
-  - backendRefs: [{name: a, weight: 90}, {name: b, weight: 10}]
+  - backendRefs: [{name: a, weight: 90}, {name: b, weight: 20}]
`,
  ),
  patched(
    "a number with a fraction",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set(0.75, "spec", "ratio")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata:
   name: a
 spec:
-  ratio: .5    # half
+  ratio: 0.75    # half
`,
  ),
  patched(
    "null becomes text that reads like null",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set("null", "spec", "word")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata:
   name: a
 spec:
-  word: ~  # nothing
+  word: "null"  # nothing
   other: ~
`,
  ),
  patched(
    "text becomes a mapping",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set({ min: 1, max: 2 }, "spec", "size")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
-  size: small   # for now
+  size:   # for now
+    min: 1
+    max: 2
   more: {deep: yes}
`,
  ),
  patched(
    "words over two lines without quotes become others",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set("short", "spec", "text")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
-  text: some words
-    over two lines   # odd
+  text: short   # odd
   end: true
`,
  ),
  patched(
    "a value on the line below its key",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set("new", "spec", "text")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   text:   # below
     # still
-    "old"
+    "new"
   end: true
`,
  ),
  patched(
    "tabs before comments, and blanks at ends of lines",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set(2, "spec", "size")],
    `
 apiVersion: example.com/v1\t# tab
 kind: Thing  
 metadata: {name: a}   
 spec:\t
-  size: 1\t\t# tabs
+  size: 2\t\t# tabs
   end: true\t
`,
  ),
  patched(
    "what a chart writes, without saying so",
    ref("apps/v1", "Deployment", "release-name-web", "shop"),
    [set(3, "spec", "replicas"), set("1.2.4", "metadata", "labels", "app.kubernetes.io/version")],
    `
 apiVersion: apps/v1
 kind: Deployment
 metadata:
   name: release-name-web
   labels:
     helm.sh/chart: web-0.1.0
-    app.kubernetes.io/version: "1.2.3"
+    app.kubernetes.io/version: "1.2.4"
 spec:
-  replicas: 1
+  replicas: 3
   selector: {}
`,
  ),
  patched(
    "a merge of two anchors, over which a field is put",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set(5, "spec", "used", "size")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   one: &one {size: 1}
   two: &two {color: red}
   used:
     <<: [*one, *two]   # both
     name: used
+    size: 5
`,
  ),
  patched(
    "an item of a list of one kind, which says no kind itself",
    ref("v1", "ConfigMap", "b", "shop"),
    [set("2", "data", "x")],
    `
 apiVersion: v1
 kind: ConfigMapList
 items:
 - metadata: {name: a}
   data: {x: "1"}
 - metadata: {name: b}
-  data: {x: "1"}
+  data: {x: "2"}
`,
  ),
  patched(
    "an anchor of which the alias changes alike",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set("v2", "spec", "one"), set("v2", "spec", "two")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
-  one: &version v1   # of both
-  two: *version
+  one: &version v2   # of both
+  two: v2
`,
  ),
];
