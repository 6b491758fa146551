/** PostgreSQL keeps no U+0000, neither in texts nor in JSON, and a manifest, a cluster or a comment may hold one. */
export function storable<T>(value: T): T {
  const text = JSON.stringify(value);
  if (!text.includes("\\u0000")) return value;
  // An escaped backslash in front makes it six letters and no character.
  return JSON.parse(text.replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, "$1\\ufffd"));
}
