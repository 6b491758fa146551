/**
 * Writes `schemas/kubernetes/go-types.json` from the Go modules that the real control plane is built from
 * (test/harness/control-plane/kubernetes/go.mod). Needs Go and nothing built.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { definitionPrefix, type GoPackage, readGoTypes } from "./kubernetes-schemas/go-types.ts";

const root = join(import.meta.dirname, "..");
const folderOf = (module: string) =>
  execFileSync("go", ["list", "-m", "-f", "{{.Dir}}", module], {
    cwd: join(root, "test/harness/control-plane/kubernetes"),
    encoding: "utf8",
  }).trim();

const api = folderOf("k8s.io/api");
const versions = readdirSync(api, { withFileTypes: true })
  .filter((group) => group.isDirectory())
  .flatMap((group) => readdirSync(join(api, group.name)).map((version) => `${group.name}/${version}`))
  .filter((path) => /\/v\d+$/.test(path));
const others = [
  ["k8s.io/apimachinery", "pkg/apis/meta/v1"],
  ["k8s.io/apiextensions-apiserver", "pkg/apis/apiextensions/v1"],
  ["k8s.io/kube-aggregator", "pkg/apis/apiregistration/v1"],
] as const;
const packages: GoPackage[] = [
  ...versions.map((path) => ({ name: definitionPrefix(`k8s.io/api/${path}`), folder: join(api, path) })),
  ...others.map(([module, path]) => ({
    name: definitionPrefix(`${module}/${path}`),
    folder: join(folderOf(module), path),
  })),
];

const { kubernetes } = JSON.parse(readFileSync(join(root, "schemas/kubernetes/definitions.json"), "utf8"));
const lines = Object.entries(readGoTypes(packages)).map(
  ([name, type]) => `${JSON.stringify(name)}:${JSON.stringify(type)}`,
);
const target = join(root, "schemas/kubernetes/go-types.json");
writeFileSync(target, `{"kubernetes":${JSON.stringify(kubernetes)},"types":{\n${lines.join(",\n")}\n}}\n`);
