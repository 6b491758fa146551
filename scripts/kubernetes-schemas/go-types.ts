import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package of Go whose types the API speaks; `name` is the prefix of their definitions' names. */
export interface GoPackage {
  name: string;
  folder: string;
}

/** What JSON does not tell of a struct in Go. */
export interface GoType {
  /** Field numbers in protobuf. `>name` is a struct whose fields stand in JSON as if they were the outer struct's own. */
  numbers?: Record<string, string>;
  /** Optional scalars behind a pointer: there a zero (`""`, `0`, `false`) is a value, elsewhere it is left out. */
  pointers?: string[];
  /** What is written of a field that is not set, where that is not nothing. */
  unset?: Record<string, unknown>;
}

interface Field {
  name: string;
  type: string;
  embedded: boolean;
  options: string[];
}

interface Declared {
  package: GoPackage;
  imports: Map<string, string>;
  /** The fields of a struct, or what another type is called for. */
  is: Field[] | string;
}

const scalars = new Set([
  "string",
  "bool",
  "int",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "float32",
  "float64",
]);
const written: Record<string, unknown> = {
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": null,
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": null,
  "io.k8s.apimachinery.pkg.apis.meta.v1.Duration": "0s",
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "0",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": 0,
  "io.k8s.apimachinery.pkg.runtime.RawExtension": null,
};

/** Reads the sources of the packages. */
export function readGoTypes(packages: GoPackage[]): Record<string, GoType> {
  const declared = new Map<string, Declared>();
  const numbers = new Map<string, Record<string, string>>();
  for (const it of packages) {
    for (const file of readdirSync(it.folder)) {
      const text = () => readFileSync(join(it.folder, file), "utf8");
      if (file === "generated.proto") readMessages(text(), it, numbers);
      else if (/types?(_.*)?\.go$|duration\.go$/.test(file) && !file.includes("generated"))
        readTypes(text(), it, declared);
    }
  }
  const names = [...declared].filter(([, { is }]) => Array.isArray(is)).map(([name]) => name);
  const result = names.toSorted().map((name): [string, GoType] => [name, describe(name, declared, numbers)]);
  return Object.fromEntries(result.filter(([, type]) => Object.keys(type).length > 0));
}

function readTypes(text: string, from: GoPackage, declared: Map<string, Declared>): void {
  const imports = new Map(
    [...text.matchAll(/^\s*(\w+)?\s*"(k8s\.io\/[^"]+)"$/gm)].map(([, alias, path]) => [
      alias ?? path!.slice(path!.lastIndexOf("/") + 1),
      definitionPrefix(path!),
    ]),
  );
  for (const [, name, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    const fields = [...body!.matchAll(/^\t(?:(\w+)\s+)?([\w.*[\]{}]+)\s+`[^`]*json:"([^"]*)"/gm)].map(
      ([, name, type, tag]): Field => {
        const [json = "", ...options] = tag!.split(",");
        return { name: json, type: type!, embedded: name === undefined, options };
      },
    );
    declared.set(`${from.name}.${name}`, { package: from, imports, is: fields });
  }
  for (const [, name, type] of text.matchAll(/^(?:type |\t)(\w+) ((?:\[\]|map\[\w+\])?[\w.]+)$/gm)) {
    const key = `${from.name}.${name}`;
    if (!declared.has(key)) declared.set(key, { package: from, imports, is: type! });
  }
}

function readMessages(text: string, from: GoPackage, numbers: Map<string, Record<string, string>>): void {
  for (const [, name, body] of text.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const fields = [...body!.matchAll(/^ {2}(?:optional|repeated|map<[^>]+>)\s*([.\w]*)\s+(\w+) = (\d+);/gm)];
    numbers.set(
      `${from.name}.${name}`,
      Object.fromEntries(fields.map(([, type, field, number]) => [number!, `${field} ${absolute(type!, from)}`])),
    );
  }
}

function absolute(type: string, from: GoPackage): string {
  return type.startsWith(".") ? `io${type}` : `${from.name}.${type}`;
}

/** `k8s.io/api/core/v1` → `io.k8s.api.core.v1`, as definitions are named. */
export function definitionPrefix(path: string): string {
  const [host, ...rest] = path.split("/");
  return [...host!.split(".").toReversed(), ...rest].join(".");
}

function describe(name: string, declared: Map<string, Declared>, numbers: Map<string, Record<string, string>>): GoType {
  const pointers: string[] = [];
  const unset: Record<string, unknown> = {};
  const fieldNames = new Set<string>();
  const visit = ({ is, imports, package: home }: Declared) => {
    if (!Array.isArray(is)) return;
    for (const { name: json, type, embedded, options } of is) {
      const target = resolve(type.replace(/^\*/, ""), home, imports);
      if (json === "" && (embedded || options.includes("inline"))) {
        const inner = declared.get(target);
        if (inner !== undefined) visit(inner);
        continue;
      }
      if (json === "" || json === "-") continue;
      fieldNames.add(json);
      const kind = kindOf(target, declared);
      if (type.startsWith("*")) {
        if (kind === "scalar" || target.endsWith(".IntOrString")) pointers.push(json);
        continue;
      }
      if (options.includes("omitzero")) continue;
      const zero =
        kind === "struct" ? (Object.hasOwn(written, target) ? written[target] : {}) : zeroOf(target, declared);
      if (kind === "struct" || !options.includes("omitempty")) unset[json] = zero;
    }
  };
  visit(declared.get(name)!);
  const messages = Object.entries(numbers.get(name) ?? {}).map(([number, field]): [string, string] => {
    const [json = "", type = ""] = field.split(" ");
    return [number, fieldNames.has(json) ? json : `>${type}`];
  });
  return {
    ...(messages.length > 0 && { numbers: Object.fromEntries(messages) }),
    ...(pointers.length > 0 && { pointers }),
    ...(Object.keys(unset).length > 0 && { unset }),
  };
}

function resolve(type: string, home: GoPackage, imports: Map<string, string>): string {
  if (/^(\[\]|map\[)/.test(type) || scalars.has(type)) return type;
  const [first = "", second] = type.split(".");
  return second === undefined ? `${home.name}.${first}` : `${imports.get(first) ?? first}.${second}`;
}

function kindOf(type: string, declared: Map<string, Declared>): "scalar" | "collection" | "struct" {
  if (/^(\[\]|map\[)/.test(type)) return "collection";
  if (scalars.has(type)) return "scalar";
  if (Object.hasOwn(written, type)) return "struct";
  const found = declared.get(type);
  if (found === undefined) return type.endsWith(".UID") ? "scalar" : "struct";
  return Array.isArray(found.is) ? "struct" : kindOf(resolve(found.is, found.package, found.imports), declared);
}

function zeroOf(type: string, declared: Map<string, Declared>): unknown {
  if (/^(\[\]|map\[)/.test(type)) return null;
  if (scalars.has(type)) return type === "string" ? "" : type === "bool" ? false : 0;
  const found = declared.get(type);
  if (found === undefined || Array.isArray(found.is)) return type.endsWith(".UID") ? "" : null;
  return zeroOf(resolve(found.is, found.package, found.imports), declared);
}
