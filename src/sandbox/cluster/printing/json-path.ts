import type { Json } from "../../../core/manifest/kube-object.ts";

/**
 * What a printer column's JSONPath finds: fields (`.spec.a`, `['a.b']`), indices, `[*]` and the filter
 * `[?(@.type=="Ready")]`. Nothing for any other path.
 */
export function valuesAt(value: Json, path: string): Json[] {
  let rest = path.replace(/^\$/, "");
  let found: Json[] = [value];
  while (rest !== "") {
    const step = stepAt(rest);
    if (step === undefined) return [];
    found = found.flatMap(step.take);
    rest = rest.slice(step.length);
  }
  return found;
}

function stepAt(path: string): { length: number; take: (value: Json) => Json[] } | undefined {
  const field = /^\.?(?:([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\])/.exec(path);
  if (path.startsWith(".") || path.startsWith("['")) {
    if (field === null) return undefined;
    const name = (field[1] ?? field[2]!).replaceAll("\\", "");
    return {
      length: field[0].length,
      take: (value) => (isMap(value) && Object.hasOwn(value, name) ? [value[name]!] : []),
    };
  }
  const index = /^\[(\d+|\*)\]/.exec(path);
  if (index !== null) {
    const [text, which] = index;
    return {
      length: text.length,
      take: (value) => (Array.isArray(value) ? (which === "*" ? value : value.slice(Number(which)).slice(0, 1)) : []),
    };
  }
  const filter = /^\[\?\(@((?:\.[A-Za-z0-9_-]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)')\)\]/.exec(path);
  if (filter === null) return undefined;
  const [text, inner, double, single] = filter;
  const wanted = double ?? single;
  return {
    length: text.length,
    take: (value) => (Array.isArray(value) ? value.filter((item) => valuesAt(item, inner!)[0] === wanted) : []),
  };
}

function isMap(value: Json): value is { [field: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
