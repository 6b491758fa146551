import { pointerTo } from "./field-path.ts";

/** A field as an API server writes it (`spec.containers[0].name`), as a pointer into the object that it speaks of. */
export function pointerOfField(object: unknown, field: string): string {
  let pointer = "";
  let here: unknown = object;
  let rest = field.startsWith(".") ? field.slice(1) : field;
  while (rest !== "" && rest !== "<nil>") {
    const [step, length] = rest.startsWith("[") ? bracket(rest, here) : name(rest, here);
    if (step === undefined) return pointer;
    pointer = pointerTo(pointer, step);
    here = child(here, String(step));
    rest = rest.slice(length).replace(/^\./, "");
  }
  return pointer;
}

/** `[0]`, `[key]`, or `[name="web"]` of a list that is told apart by its items' names. */
function bracket(rest: string, here: unknown): [string | number | undefined, number] {
  const end = rest.indexOf("]");
  if (end < 0) return [undefined, rest.length];
  const inside = rest.slice(1, end);
  if (!Array.isArray(here)) return [inside.replace(/^"(.*)"$/, "$1"), end + 1];
  if (/^\d+$/.test(inside)) return [Number(inside), end + 1];
  const keys = [...inside.matchAll(/(\w+)=("[^"]*"|[^,]*)/g)];
  const index = here.findIndex((item) =>
    keys.every(([, key, value]) => {
      const has = child(item, key!);
      // A key that was left out has the default that the server put there.
      return has === undefined || JSON.stringify(has) === value;
    }),
  );
  return [keys.length === 0 || index < 0 ? undefined : index, end + 1];
}

/** Keys may have dots themselves: the longest that is there wins. */
function name(rest: string, here: unknown): [string, number] {
  const ends = [...rest.matchAll(/[.[]/g)].map(({ index }) => index).filter((index) => index > 0);
  const candidates = [rest, ...ends.toReversed().map((end) => rest.slice(0, end))];
  const found = candidates.find((candidate) => child(here, candidate) !== undefined) ?? candidates.at(-1)!;
  return [found, found.length];
}

function child(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
