// Writes schemas/kubernetes/ from what a real API server says about itself. Run by `npm run schemas`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiRequest } from "../test/harness/control-plane/api-request.ts";
import { type ControlPlane, startControlPlane } from "../test/harness/control-plane.ts";
import {
  type Definitions,
  type OpenApiV3,
  withDefaults,
  withoutDescriptions,
} from "./kubernetes-schemas/definitions.ts";
import { resourceTable } from "./kubernetes-schemas/resource-table.ts";

const folder = join(import.meta.dirname, "../schemas/kubernetes");

const server = await startControlPlane({ controllers: false });
try {
  const { gitVersion } = await get<{ gitVersion: string }>(server, "/version");
  const v2 = await get<{ definitions: Definitions }>(server, "/openapi/v2");
  const v3Index = await get<{ paths: Record<string, { serverRelativeURL: string }> }>(server, "/openapi/v3");
  const v3: OpenApiV3[] = [];
  for (const { serverRelativeURL } of Object.values(v3Index.paths)) v3.push(await get(server, serverRelativeURL));
  const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const core = await get(server, "/api", aggregated);
  const named = await get(server, "/apis", aggregated);

  mkdirSync(folder, { recursive: true });
  const definitions = withDefaults(withoutDescriptions(v2.definitions), v3);
  writeFileSync(
    join(folder, "definitions.json"),
    `{"kubernetes":${JSON.stringify(gitVersion)},"definitions":{\n${lines(Object.entries(definitions).sort(byName))}\n}}\n`,
  );
  const { groups, resources } = resourceTable(core, named);
  writeFileSync(
    join(folder, "resources.json"),
    `{"kubernetes":${JSON.stringify(gitVersion)},"groups":[\n${lines(groups)}\n],"resources":[\n${lines(resources)}\n]}\n`,
  );
  console.log(
    `${Object.keys(definitions).length} definitions and ${resources.length} resources of Kubernetes ${gitVersion}`,
  );
} finally {
  await server.stop();
}

async function get<T>(from: ControlPlane, path: string, accept?: string): Promise<T> {
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
