import { nameInNamespace } from "../manifest/kube-object.ts";
import type { Overlap } from "../plan/overlap.ts";
import { code } from "./inert.ts";

const mostLines = 6;

/**
 * Other open pull requests that touch the same objects; as code, since a link would tell each of them so on every edit. What does
 * not stand here is not counted either: where a hundred meet, each new one would have all other comments written again.
 */
export function overlapLines(overlaps: readonly Overlap[]): string {
  const lines = overlaps.slice(0, mostLines).map((one) => `- ${line(one)}`);
  if (overlaps.length > lines.length) lines.push("- … and others.");
  return lines.join("\n");
}

function line({ pullRequest, object, how, path, after }: Overlap): string {
  const who = `\`#${pullRequest}\``;
  const what = `${code(object.kind)} ${code(nameInNamespace(object))}`;
  switch (how) {
    case "deletes":
      return `${who} **deletes** ${what}, which this one changes.`;
    case "changes-deleted":
      return `${who} changes ${what}, which this one **deletes**.`;
    case "field": {
      const to = after === undefined ? "" : ` (to ${code(typeof after === "string" ? after : JSON.stringify(after))})`;
      return `${who} also changes ${code(path ?? "")} of ${what}, **to something else**${to}.`;
    }
    case "object":
      return `${who} also changes ${what}.`;
    case "both-delete":
      return `${who} also deletes ${what}.`;
  }
}
