import { comparePriority, definitionSpec, definitionVersion } from "../resources/custom.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";

/** The warning that every request about a deprecated version is answered with; undefined for all others. */
export function deprecationOf(resource: Resource): string | undefined {
  if (resource.name === "endpoints")
    return "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
  const version = definitionVersion(resource);
  if (resource.definedBy === undefined || version?.deprecated !== true) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const { group, kind } = resource;
  const said = `${apiVersionOf(resource)} ${kind} is deprecated`;
  const [better] = definitionSpec(resource.definedBy)
    .versions.filter(({ served, deprecated }) => served && deprecated !== true)
    .map(({ name }) => name)
    .filter((name) => comparePriority(name, version.name) < 0)
    .sort(comparePriority);
  return better === undefined ? said : `${said}; use ${group}/${better} ${kind}`;
}
