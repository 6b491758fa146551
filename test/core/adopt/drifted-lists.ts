import { type Drifted, gone, patched, ref, set } from "./drifted.ts";

/** Lists of every look, one file each. */
export const lists: Drifted[] = [
  patched(
    "an item goes out of the middle of brackets",
    ref("gateway.networking.k8s.io/v1", "HTTPRoute", "web", "shop"),
    [set(["a.example.com", "c.example.com"], "spec", "hostnames")],
    `
 apiVersion: gateway.networking.k8s.io/v1
 kind: HTTPRoute
 metadata: {name: web}
 spec:
-  hostnames: [a.example.com, b.example.com, c.example.com] # ours
+  hostnames: [a.example.com, c.example.com] # ours
`,
  ),
  patched(
    "an item goes out of brackets over many lines, with its comment",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set(["a", "c"], "spec", "parts")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   parts: [
     a,   # first
-    b,   # second
     c    # third
    ]
`,
  ),
  patched(
    "the last item goes out of brackets over many lines",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set(["a", "b"], "spec", "parts")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   parts: [
     a,
-    b,
+    b
-    c
    ]
`,
  ),
  patched(
    "a mapping becomes text",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set("small", "spec", "size")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
-  size:   # for now
-    min: 1
-    max: 2   # or three
+  size: small   # for now
   parts: []
`,
  ),
  patched(
    "an item that is a list",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set(3, "spec", "matrix", 1, 0)],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   matrix:
   - - 1
     - 2
-  - - 0 # here
+  - - 3 # here
     - 1
`,
  ),
  patched(
    "the first item of a list goes, and the comment of the second stays",
    ref("example.com/v1", "Thing", "a", "shop"),
    [gone("spec", "parts", 0)],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   parts:
-  - name: one   # first
-    size: 1
   # about the second
   - name: two
`,
  ),
  patched(
    "the field behind a dash goes",
    ref("example.com/v1", "Thing", "a", "shop"),
    [gone("spec", "parts", 0, "note")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   parts:
-  - note: old # because
-    name: one   # first
+  - name: one   # first
     size: 1
`,
  ),
  patched(
    "the field behind a dash goes, and the next one's comment stays",
    ref("example.com/v1", "Thing", "a", "shop"),
    [gone("spec", "parts", 0, "note")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   parts:
-  - note: old # because
+  -
     # the name
     name: one
`,
  ),
  patched(
    "a first item before one that has a comment",
    ref("example.com/v1", "Thing", "a", "shop"),
    [set(["zero", "one"], "spec", "parts")],
    `
 apiVersion: example.com/v1
 kind: Thing
 metadata: {name: a}
 spec:
   parts:
+    - zero
     # about one
     - one
`,
  ),
];
