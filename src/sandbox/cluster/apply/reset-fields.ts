import { emptySet, type FieldSet, fieldSet } from "./field-set.ts";
import { fieldElement } from "./path-element.ts";

/** The fields of a built-in kind that a write through a subresource (undefined: the resource itself) leaves as they were. */
export function builtInResetFields(
  { group, kind }: { group: string; kind: string },
  subresource: string | undefined,
): FieldSet {
  const spec = [fieldElement("spec")];
  const status = [fieldElement("status")];
  const metadata = fieldElement("metadata");
  if (group === "certificates.k8s.io" && kind === "CertificateSigningRequest") {
    if (subresource === "status") return fieldSet(spec, [...status, fieldElement("conditions")]);
    if (subresource === "approval") return fieldSet(spec, [...status, fieldElement("certificate")]);
    return fieldSet(spec, status);
  }
  if (subresource !== "status")
    return subresource === undefined || subresource === "finalize" ? fieldSet(status) : emptySet;
  switch (`${group}/${kind}`) {
    case "apps/Deployment":
      return fieldSet(spec, [metadata, fieldElement("labels")]);
    case "/Pod":
      return fieldSet(spec, [metadata, fieldElement("deletionTimestamp")], [metadata, fieldElement("ownerReferences")]);
    default:
      return wholeMetadata.has(group) ? fieldSet(spec, [metadata]) : fieldSet(spec);
  }
}

/** The groups whose status subresource leaves all of `metadata` as it was. */
const wholeMetadata = new Set(["storage.k8s.io", "flowcontrol.apiserver.k8s.io", "resource.k8s.io"]);
