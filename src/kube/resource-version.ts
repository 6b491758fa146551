/**
 * Whether one version of an object is older than another. They are integers that grow
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions); of any other the answer is no.
 */
export function isOlderVersion(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined || !isNumber(one) || !isNumber(other)) return false;
  return one.length === other.length ? one < other : one.length < other.length;
}

const isNumber = (text: string): boolean => /^[1-9]\d*$/.test(text);
