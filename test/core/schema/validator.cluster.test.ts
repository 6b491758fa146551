import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { Pool } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { mutationsOf } from "./mutations.ts";

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
}

const manifests = loadAll(readFileSync(new URL("manifests.yaml", import.meta.url), "utf8")) as Manifest[];
const validator = createValidator(loadKubernetesSchemas()).withCustomResources(manifests);

let server: ControlPlane;
let pool: Pool;

beforeAll(async () => {
  server = await startControlPlane({ controllers: false });
  pool = new Pool(server.url, { connect: { ca: server.ca }, connections: 16, allowH2: false });
  const definition = manifests.find(({ kind }) => kind === "CustomResourceDefinition")!;
  await apply(definition, { dryRun: false });
  // The server takes a moment to serve a new kind.
  const deadline = Date.now() + 30_000;
  while (!(await verdict(manifests.find(({ kind }) => kind === "Shape"))).accepted) {
    if (Date.now() > deadline) throw new Error("the server does not serve the custom resource");
  }
});

afterAll(async () => {
  await pool?.close();
  await server?.stop();
});

describe("the validator against the real server's word on a strict server-side apply", () => {
  test.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    "%s: no false alarm, and most of what the server rejects is found",
    async (_, manifest) => {
      expect(await verdict(manifest)).toEqual({ accepted: true, reason: undefined });
      const judged = await inTurns(mutationsOf(manifest), 16, async ({ title, object }) => ({
        title,
        ...(await verdict(object)),
        findings: validator.validate(object).filter(({ severity }) => severity === "error"),
      }));

      const falseAlarms = judged.filter(({ accepted, findings }) => accepted && findings.length > 0);
      expect(falseAlarms.map(({ title, findings }) => `${title}: ${findings[0]!.message}`)).toEqual([]);

      const rejected = judged.filter(({ accepted }) => !accepted);
      const missed = rejected.filter(({ findings }) => findings.length === 0);
      // What is left are rules in code about combinations of fields; the plan's dry run finds those.
      expect(1 - missed.length / rejected.length).toBeGreaterThan(0.75);
    },
  );
});

async function verdict(object: unknown): Promise<{ accepted: boolean; reason: string | undefined }> {
  const { apiVersion, kind, metadata } = (object ?? {}) as Partial<Manifest>;
  // Without these there is no path to send it to, so that no server could accept it.
  const addressable = typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
  if (!addressable || metadata.name === "" || validator.kindOf(apiVersion, kind) === undefined) {
    return { accepted: false, reason: "no path" };
  }
  return apply(object as Manifest, { dryRun: true });
}

async function apply(object: Manifest, { dryRun }: { dryRun: boolean }) {
  const { plural, namespaced } = validator.kindOf(object.apiVersion, object.kind)!;
  const root = object.apiVersion.includes("/") ? "apis" : "api";
  const namespace = namespaced ? "/namespaces/default" : "";
  const name = encodeURIComponent(object.metadata.name);
  const { statusCode, body } = await pool.request({
    method: "PATCH",
    path: `/${root}/${object.apiVersion}${namespace}/${plural}/${name}`,
    query: { fieldManager: "test", force: true, fieldValidation: "Strict", ...(dryRun && { dryRun: "All" }) },
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/apply-patch+yaml" },
    body: JSON.stringify(object),
  });
  const answer = (await body.json()) as { message?: string };
  return statusCode < 300 ? { accepted: true, reason: undefined } : { accepted: false, reason: answer.message };
}

async function inTurns<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [index, item] of queue) results[index] = await work(item);
    }),
  );
  return results;
}
