/** `image` of `spec.template.spec.containers[web].image`; the whole path where its last part is a key of somebody's own. */
export function fieldName(path: string): string {
  return path.endsWith("]") ? path : path.slice(path.lastIndexOf(".") + 1);
}
