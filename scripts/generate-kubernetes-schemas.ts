// Writes schemas/kubernetes/ from what a real API server says about itself. Run by `npm run schemas`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startControlPlane } from "../test/harness/control-plane.ts";
import { schemasOf } from "./kubernetes-schemas/from-server.ts";

const folder = join(import.meta.dirname, "../schemas/kubernetes");

const server = await startControlPlane({ controllers: false });
try {
  const { files, kubernetes, definitions, resources } = await schemasOf(server);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  console.log(`${definitions} definitions and ${resources} resources of Kubernetes ${kubernetes}`);
} finally {
  await server.stop();
}
