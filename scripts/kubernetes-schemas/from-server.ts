import { type ApiAccess, apiRequest } from "../../test/harness/control-plane/api-request.ts";
import { type Definitions, type OpenApiV3, withDefaults, withoutDescriptions } from "./definitions.ts";
import { resourceTable } from "./resource-table.ts";

/** The files of `schemas/kubernetes/` that an API server's own word makes, and what they hold. */
export interface GeneratedSchemas {
  files: { "definitions.json": string; "resources.json": string };
  kubernetes: string;
  definitions: number;
  resources: number;
}

export async function schemasOf(server: ApiAccess): Promise<GeneratedSchemas> {
  const { gitVersion } = await get<{ gitVersion: string }>(server, "/version");
  const v2 = await get<{ definitions: Definitions }>(server, "/openapi/v2");
  const v3Index = await get<{ paths: Record<string, { serverRelativeURL: string }> }>(server, "/openapi/v3");
  const v3: OpenApiV3[] = [];
  for (const { serverRelativeURL } of Object.values(v3Index.paths)) v3.push(await get(server, serverRelativeURL));
  const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const core = await get(server, "/api", aggregated);
  const named = await get(server, "/apis", aggregated);

  const definitions = Object.entries(withDefaults(withoutDescriptions(v2.definitions), v3)).sort(byName);
  const { groups, resources } = resourceTable(core, named);
  const version = JSON.stringify(gitVersion);
  return {
    files: {
      "definitions.json": `{"kubernetes":${version},"definitions":{\n${lines(definitions)}\n}}\n`,
      "resources.json": `{"kubernetes":${version},"groups":[\n${lines(groups)}\n],"resources":[\n${lines(resources)}\n]}\n`,
    },
    kubernetes: gitVersion,
    definitions: definitions.length,
    resources: resources.length,
  };
}

async function get<T>(from: ApiAccess, path: string, accept?: string): Promise<T> {
  const answer = await apiRequest(from, path, accept === undefined ? {} : { accept });
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
  return answer.json() as T;
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** One entry a line: as small as minified JSON, and a new Kubernetes version still makes a diff that can be read. */
function lines(entries: unknown[]): string {
  return entries
    .map((entry) =>
      Array.isArray(entry) ? `${JSON.stringify(entry[0])}:${JSON.stringify(entry[1])}` : JSON.stringify(entry),
    )
    .join(",\n");
}
