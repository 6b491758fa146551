import type { Container } from "../workloads/kinds.ts";

/**
 * Whether an image cannot be pulled. The rule of this cluster: a registry under the domain `.invalid`, which never
 * exists (https://www.rfc-editor.org/rfc/rfc6761#section-6.4), as in `registry.invalid/web:1.5`; every other image is good.
 */
export function cannotBePulled(image: string): boolean {
  return /^[^/]*[.]invalid(:\d+)?\//.test(image);
}

/**
 * How a container ends. The rule of this cluster: one whose command is `false`, or ends in `exit N` with N above 0, fails
 * with that code; every other one does its work and would end with 0.
 */
export function exitCode({ command = [], args = [] }: Container): number {
  const words = [...command, ...args].join(" ").trim();
  if (/^(\/bin\/|\/usr\/bin\/)?false$/.test(words)) return 1;
  return Number(/(?:^|[\s;&])exit (\d{1,3})$/.exec(words)?.[1] ?? 0);
}
