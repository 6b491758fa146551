import type { Finding } from "../../core/manifest/finding.ts";
import { placedFinding } from "../../core/manifest/placed-finding.ts";
import type { SourceObject } from "../../core/manifest/source-object.ts";
import { pointerOfField } from "../../core/schema/server-field.ts";
import { KindNotServed } from "../../kube/kube-client.ts";
import { isPartlyDown, type KubeError } from "../../kube/kube-error.ts";

/**
 * What a cluster's refusal of a dry run says about an object, at the fields that it names. What is no word on the object itself
 * (a right is missing, its namespace or kind is not there yet) is a warning.
 * @throws the error itself when it says that the cluster is unwell
 */
export function refusalFindings(source: SourceObject, error: KubeError): Finding[] {
  const { object } = source;
  const tell = (severity: Finding["severity"], rule: string, pointer: string, message: string): Finding =>
    placedFinding(source, { severity, rule, pointer, message });
  const notAsked = (why: string) => [
    tell("warning", "not-dry-run", "", `The cluster could not be asked about this ${object.kind}: ${why}.`),
  ];
  if (error instanceof KindNotServed) return notAsked("it does not serve its kind yet");
  const missing = /namespaces "([^"]+)" not found/.exec(error.message)?.[1];
  if (missing !== undefined) return notAsked(`it has no namespace \`${missing}\` yet`);
  if (/ is forbidden: User ".*" cannot /.test(error.message)) return notAsked(error.message);
  // Others may well be taken: a webhook for this kind is down, or the server trips over this one.
  if (isPartlyDown(error) || error.status === 500) return notAsked(error.message);
  if (error.status === 401 || error.status === 429 || error.status > 500) throw error;

  const named = [...error.causes.filter(({ field }) => field !== ""), ...fieldsInWords(error.message)];
  if (named.length === 0)
    return [tell("error", "refused-by-cluster", "", `The cluster refuses this ${object.kind}: ${error.message}`)];
  return named.map(({ field, message }) =>
    tell(
      "error",
      "refused-by-cluster",
      pointerOfField(object, field),
      `The cluster refuses ${object.kind} \`${field}\`: ${message || "its words are left out"}`,
    ),
  );
}

/** Fields that stand in the message alone, as those do that a schema does not have. */
function fieldsInWords(message: string): { field: string; message: string }[] {
  const typed = /^failed to create typed patch object \([^)]*\): ([\s\S]*)$/.exec(message)?.[1];
  if (typed === undefined) return [];
  return [...typed.matchAll(/(?:^|\n\s*)(\.[^\s:]+): ([^\n]*)/g)].map(([, field, words]) => ({
    field: field!.slice(1),
    message: words!,
  }));
}
