/** Where Go's decoder stops in a text that is no padded base64; undefined for one that is. Line ends do not count. */
export function base64Fault(text: string): number | undefined {
  const places = [...text].flatMap((character, at) =>
    character === "\n" || character === "\r" ? [] : [{ character, at }],
  );
  for (let start = 0; start < places.length; start += 4) {
    const quantum = places.slice(start, start + 4);
    const end = quantum.findIndex(({ character }) => !/[A-Za-z0-9+/]/.test(character));
    if (end < 0) {
      if (quantum.length < 4) return quantum[0]!.at;
      continue;
    }
    const { character, at } = quantum[end]!;
    if (character !== "=" || end < 2) return at;
    const second = quantum[3];
    if (end === 2 && second === undefined) return text.length;
    if (end === 2 && second!.character !== "=") return second!.at - 1;
    const garbage = places[start + 4];
    if (garbage !== undefined) return garbage.at;
  }
  return undefined;
}
