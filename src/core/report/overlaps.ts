import { nameInNamespace } from "../manifest/kube-object.ts";
import type { Overlap } from "../plan/overlap.ts";
import { markdownOf, type Words } from "./words.ts";

const mostLines = 6;

/**
 * Other open pull requests that touch the same objects; as code, since a link would tell each of them so on every edit. What does
 * not stand here is not counted either: where a hundred meet, each new one would have all other comments written again.
 */
export function overlapLines(overlaps: readonly Overlap[]): string {
  const lines = overlaps.slice(0, mostLines).map((one) => `- ${markdownOf(overlapWords(one))}`);
  if (overlaps.length > lines.length) lines.push("- … and others.");
  return lines.join("\n");
}

/** How one of them meets this pull request. */
export function overlapWords({ pullRequest, object, how, path, after }: Overlap): Words {
  const who = { code: `#${pullRequest}` };
  const what: Words = [{ code: object.kind }, " ", { code: nameInNamespace(object) }];
  switch (how) {
    case "deletes":
      return [who, " ", { strong: "deletes" }, " ", ...what, ", which this one changes."];
    case "changes-deleted":
      return [who, " changes ", ...what, ", which this one ", { strong: "deletes" }, "."];
    case "field": {
      const value = typeof after === "string" ? after : JSON.stringify(after);
      const to: Words = after === undefined ? [] : [" (to ", { code: value }, ")"];
      return [
        who,
        " also changes ",
        { code: path ?? "" },
        " of ",
        ...what,
        ", ",
        { strong: "to something else" },
        ...to,
        ".",
      ];
    }
    case "object":
      return [who, " also changes ", ...what, "."];
    case "both-delete":
      return [who, " also deletes ", ...what, "."];
  }
}
