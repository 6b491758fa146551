import { constructFromEvents, EVENT_ID, type Event, parseEvents, YAMLException } from "js-yaml";
import { parseDocument } from "yaml";
import { expandAliases, TooManyNodesError } from "../../../core/manifest/expand-aliases.ts";
import { kubectlYaml } from "../../../core/manifest/kubectl-yaml.ts";
import { duplicateFields } from "./duplicate-fields.ts";

/** A text that is no YAML. */
export class NoYaml extends Error {}

const deepestNesting = 1_000;
const mostAliases = 10_000;

/**
 * The first document of a YAML text as the API server reads it, which is as kubectl does (`on` is true, `0644` is 420);
 * what comes after it is not looked at. Null for a text without one. Throws `NoYaml`.
 * @returns also the complaints about keys that stand twice, of which the last one counts
 */
export function readYaml(text: string): { value: unknown; duplicates: string[] } {
  const json = parsedJson(text);
  if (json !== undefined) return { value: json, duplicates: duplicateFields(text).length > 0 ? doubledKeys(text) : [] };
  try {
    const events = firstDocument(text);
    const options = { source: text, schema: kubectlYaml, maxAliases: mostAliases, json: true };
    const values = constructFromEvents(events, options);
    // Aliases give one value twice; what we keep must not be shared.
    const [value = null] = events.some(({ type }) => type === EVENT_ID.ALIAS) ? expandAliases(values) : values;
    return { value, duplicates: doubledKeys(text) };
  } catch (error) {
    if (error instanceof TooManyNodesError) throw new NoYaml("document contains excessive aliasing");
    if (error instanceof YAMLException) throw new NoYaml(error.reason);
    throw error;
  }
}

/** Most bodies are JSON, which is read many times faster as such. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The events up to the second document's, or up to where it cannot be read. */
function firstDocument(text: string): Event[] {
  const until = (events: Event[]) => {
    const second = events.findIndex(({ type }, index) => type === EVENT_ID.DOCUMENT && index > 0);
    return second < 0 ? events : events.slice(0, second);
  };
  try {
    return until(parseEvents(text, { maxDepth: deepestNesting }));
  } catch (error) {
    const next = /\n---(?=\s)/.exec(text);
    if (next === null || text.slice(0, next.index).trim() === "") throw error;
    return until(parseEvents(text.slice(0, next.index + 1), { maxDepth: deepestNesting }));
  }
}

/** Keys that stand twice in a map of a YAML text, as `line 5: key "a" already set in map`. */
function doubledKeys(text: string): string[] {
  const { errors } = parseDocument(text, { uniqueKeys: true });
  return errors
    .filter(({ code }) => code === "DUPLICATE_KEY")
    .map(({ linePos, pos }) => {
      const key = /^[^:\n]*/.exec(text.slice(pos[0]))?.[0].trim() ?? "";
      return `line ${linePos?.[0].line}: key ${JSON.stringify(key.replace(/^(["'])(.*)\1$/, "$2"))} already set in map`;
    });
}
