import { canary } from "./canary.ts";

const kinds: { [name: string]: (secret: string) => string } = {
  "immutable-secret": (secret) =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: immutable-secret}\nimmutable: true\nstringData: {word: ${secret}}\n`,
  "typed-secret": (secret) =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: typed-secret}\ntype: example.com/${secret.replace(canary, "")}\nstringData: {word: ${secret}}\n`,
  "once-job": (secret) => `apiVersion: batch/v1
kind: Job
metadata: {name: once-job}
spec:
  suspend: true
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: example.com/main:1
          args: [--password, ${secret}]
          command: [sh, -c, "mysql -p${secret}"]
          env:
            - {name: DB_PASSWORD, value: ${secret}}
            - {name: DB_URL, value: "mysql://app:${secret}@db/app"}
`,
  "bare-pod": (secret) => `apiVersion: v1
kind: Pod
metadata: {name: bare-pod}
spec:
  containers:
    - name: main
      image: example.com/main:1
      args: [--password, ${secret}]
      env:
        - {name: DB_PASSWORD, value: ${secret}}
        - {name: DB_URL, value: "mysql://app:${secret}@db/app"}
`,
  "fixed-selector": (secret) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: fixed-selector}
spec:
  replicas: 0
  selector: {matchLabels: {app: x, token: ${secret}}}
  template:
    metadata: {labels: {app: x, token: ${secret}}}
    spec:
      containers: [{name: main, image: "example.com/main:1"}]
`,
};

export const refusing: readonly string[] = Object.keys(kinds);

/** Objects that can be made with one secret, and whose API server refuses, and mostly quotes, another one. */
export const refused = (folder: string, version: string): { [path: string]: string } =>
  Object.fromEntries(
    Object.entries(kinds).map(([name, manifest]) => [`${folder}/${name}.yaml`, manifest(`${canary}${version}`)]),
  );
