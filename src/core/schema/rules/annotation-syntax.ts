import { type Fields, fields, type Rule, type Violation } from "./rule.ts";
import { inLowerCase, qualifiedNameProblem } from "./syntax.ts";

const largest = 256 * 1024;

/** Annotations have the keys of labels and any text, of a certain size together. */
export const annotationSyntax: Rule = {
  name: "invalid-annotation",
  objects: { "meta.v1.ObjectMeta": (metadata) => problems(fields(metadata.annotations)) },
};

function problems(annotations: Fields): Violation[] {
  let size = 0;
  const found: Violation[] = [];
  for (const [key, text] of Object.entries(annotations)) {
    // The server looks at annotation keys in lower case.
    const problem = qualifiedNameProblem(inLowerCase(key));
    if (problem !== undefined) {
      found.push({ predicate: `is no annotation key: ${problem}`, at: ["annotations", key] });
    }
    size += key.length + (typeof text === "string" ? text.length : 0);
  }
  if (size <= largest) return found;
  const predicate = `must not exceed ${largest} bytes together, but they have ${size}`;
  return [...found, { predicate, at: ["annotations"] }];
}
