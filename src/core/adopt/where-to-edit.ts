import type { Finding } from "../manifest/finding.ts";
import type { KubeObject } from "../manifest/kube-object.ts";
import { quoted } from "../manifest/quoted.ts";

/**
 * What to edit instead of a file that something else writes, as a sentence; undefined for one that is written by hand. Only what a file says
 * of itself counts, in the comments before what it holds: others are plain YAML whoever made them.
 *
 * @param comments before the object's document and before the whole file
 */
export function whereToEdit(comments: string, object: KubeObject): string | undefined {
  const source = /^#\s?Source: (\S+\/templates\/\S+)\s*$/m.exec(comments)?.[1];
  if (source !== undefined) {
    return `This is what \`helm template\` printed of ${quoted(source)}; change the chart's values, or that template, and render it again.`;
  }
  const generator = /^#.*\b[Gg]enerated by ([\w./@-]{1,100})/m.exec(comments)?.[1]?.replace(/[.,]+$/, "");
  if (
    generator !== undefined ||
    /^#.*(?:\bDO NOT (?:EDIT|MODIFY)\b|@generated\b|\bauto-?generated\b)/im.test(comments)
  ) {
    const by = generator === undefined ? "a program" : quoted(generator);
    return `The file says that it is generated, so that an edit would be lost; change what ${by} makes it from, and generate it again.`;
  }
  if (object.metadata.annotations?.["controller-gen.kubebuilder.io/version"] !== undefined) {
    return "`controller-gen` makes this from Go types; change the types or their `+kubebuilder` markers, and generate it again.";
  }
  return undefined;
}

/** The same of a file that cannot be read. @param finding the first that says why */
export function whereToEditUnread({ rule, line, message }: Finding): string {
  if (rule === "yaml-template") {
    return `This is a template (line ${line}), which only its values can change; change them where they are kept.`;
  }
  return `Line ${line} of the file cannot be read: ${message}`;
}

/** The comments at the beginning of a text. */
export function commentsAtStart(text: string): string {
  return /^(?:[^\S\n]*(?:(?:---[^\S\n]+)?#.*|---|%.*)?\r?\n)*/.exec(text)![0];
}
