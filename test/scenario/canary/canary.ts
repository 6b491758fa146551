/** What must be found nowhere. Random, so that nothing else looks like a part of it. */
export const canary = "Zq7vK2mXw9RbT4nJc5Lp";

/** A part of it is a leak too. */
const shortestPart = 8;

/** Every part of it in every form that somebody could read it in: as it is, and in base64 wherever it begins in there. */
const forms: ReadonlySet<string> = new Set([
  ...partsOf(canary),
  ...[0, 1, 2].flatMap((before) => {
    const coded = Buffer.from(`${"x".repeat(before)}${canary}`)
      .toString("base64")
      .replaceAll("=", "");
    return partsOf(coded.slice(before === 0 ? 0 : 4, -1), shortestPart + 2);
  }),
]);

function partsOf(text: string, length = shortestPart): string[] {
  return Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length));
}

/** @returns what stands around each place where it is found, to be looked at by whoever has to mend the leak */
export function leaksIn(where: string, text: string): string[] {
  const found: string[] = [];
  for (let from = 0; from < text.length; ) {
    const at = nextIn(text, from);
    if (at === undefined) break;
    found.push(`${where}: ${text.slice(Math.max(0, at - 120), at + 60)}`);
    from = at + 200;
  }
  return found;
}

function nextIn(text: string, from: number): number | undefined {
  const places = [...forms].map((form) => text.indexOf(form, from)).filter((at) => at >= 0);
  return places.length === 0 ? undefined : Math.min(...places);
}
