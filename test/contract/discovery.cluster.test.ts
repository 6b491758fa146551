import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSame } from "./differences.ts";
import { forms } from "./media-types.ts";
import { normalised } from "./normalise.ts";
import { type Body, type Pair, startPair } from "./pair.ts";

/** What a server says that it serves. The embedded cluster serves less; of what it serves it says the same. */
let pair: Pair;
beforeAll(async () => {
  pair = await startPair("quiet", "contract-discovery");
});
afterAll(() => pair?.stop());

interface Named {
  [field: string]: unknown;
}

/** The real entries that the embedded cluster has too, by a name of theirs. */
function shared(real: Named[], embedded: Named[], name: string): Named[] {
  const known = new Set(embedded.map((it) => it[name]));
  return real.filter((it) => known.has(it[name]));
}

function expectPart(path: string, list: string, name: string, answers: { real: Body; embedded: Body }): void {
  const real = answers.real[list] as Named[];
  const embedded = answers.embedded[list] as Named[];
  expect(embedded.length, path).toBeGreaterThan(0);
  expectSame(
    path,
    normalised({ ...answers.real, [list]: shared(real, embedded, name) }),
    normalised({ ...answers.embedded, [list]: embedded }),
  );
}

const groups = [
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
];

test("the versions of the core group", async () => void (await pair.same({ path: "/api" })));

test("the groups", async () => {
  const { real, embedded } = await pair.ask({ path: "/apis" });
  // Which versions each has is compared group by group.
  const part = (body: Body) => ({ ...body, groups: body.groups.map(({ versions: _, ...it }: Body) => it) });
  expectPart("/apis", "groups", "name", { real: part(real.body), embedded: part(embedded.body) });
});

test.each(groups)("the group %s", async (group) => {
  const { real, embedded } = await pair.ask({ path: `/apis/${group}` });
  expect(embedded.status).toBe(real.status);
  expectPart(`/apis/${group}`, "versions", "version", { real: real.body, embedded: embedded.body });
});

describe.each(["/api/v1", ...groups.map((it) => `/apis/${it}/${it === "autoscaling" ? "v2" : "v1"}`)])("%s", (path) => {
  test("its resources, with verbs, short names and categories", async () => {
    const { real, embedded } = await pair.ask({ path });
    expectPart(path, "resources", "name", { real: real.body, embedded: embedded.body });
  });
});

test.each(["/api", "/apis"])("all of it in one answer: %s", async (path) => {
  const { real, embedded } = await pair.ask({ path, accept: forms.aggregated });
  expect(embedded.contentType).toBe(real.contentType);
  const served = new Map<string, Named[]>();
  const of = (body: Body) =>
    (body.items as Body[]).flatMap(({ metadata, versions }) =>
      versions.map(({ version, resources }: Body) => [`${metadata.name ?? ""}/${version}`, resources] as const),
    );
  for (const [name, resources] of of(embedded.body)) served.set(name, resources);
  expect(served.size).toBeGreaterThan(0);
  for (const [name, resources] of of(real.body)) {
    const ours = served.get(name);
    if (ours === undefined) continue;
    const pick = (those: Body[]) =>
      those.map((it) => ({
        ...it,
        subresources: shared(it.subresources ?? [], subresources(ours, it), "subresource"),
      }));
    expectSame(`${path} ${name}`, pick(shared(resources, ours, "resource")), pick(ours));
  }
});

function subresources(ours: Body[], { resource }: Body): Named[] {
  return ours.find((it) => it.resource === resource)?.subresources ?? [];
}

test("the index of the API's description", async () => {
  const { real, embedded } = await pair.ask({ path: "/openapi/v3" });
  const ours = Object.keys(embedded.body.paths).filter((it) => it.startsWith("api"));
  expect(ours.length).toBeGreaterThan(20);
  expect(Object.keys(real.body.paths)).toEqual(expect.arrayContaining(ours));
});

test("its version", async () => {
  const { real, embedded } = await pair.ask({ path: "/version" });
  const of = ({ major, minor, gitVersion }: Body) => ({ major, minor, gitVersion });
  expectSame("/version", of(real.body), of(embedded.body));
});

test.each(["/healthz", "/livez", "/readyz"])("that it is well: %s", async (path) => void (await pair.same({ path })));
