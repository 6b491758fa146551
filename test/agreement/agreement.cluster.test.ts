import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { validatePaths } from "../../src/cli/validate/validate-paths.ts";
import type { Finding } from "../../src/core/manifest/finding.ts";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { readManifestFile } from "../../src/core/manifest/read-manifests.ts";
import { customResourcesIn } from "../../src/core/schema/custom-resources.ts";
import type { SchemaFinding } from "../../src/core/schema/explain.ts";
import { createValidator } from "../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { borrowed } from "./borrowed.ts";
import { edges } from "./edges.ts";
import { kubeconformProgram, kubeconformVerdicts, writeKubeconformSchemas } from "./kubeconform.ts";
import { type RealServer, realServer, type ServerWord } from "./server-word.ts";
import { drawn, type Slip, slipsOf } from "./slips.ts";
import { subjects } from "./subjects.ts";

/** How many slips are judged, and how they are drawn; `TRUEUP_SLIPS=all` judges every one. */
const count = process.env.TRUEUP_SLIPS === "all" ? Number.POSITIVE_INFINITY : Number(process.env.TRUEUP_SLIPS ?? 2_000);
const seed = Number(process.env.TRUEUP_SEED ?? 4);

interface Subject extends Pick<Slip, "slip" | "pointer" | "field"> {
  object: unknown;
  /** Where it was written for the command line to read. */
  file: string;
  word: ServerWord;
  /** Errors. */
  findings: Finding[];
  warnings: Finding[];
}

const schemas = loadKubernetesSchemas();
const manifests = subjects();
const known = manifests.own.filter(({ kind }) => kind === "CustomResourceDefinition");
const builtIn = createValidator(schemas);
const validator = builtIn.withCustomResources(known);
/** Objects of kinds that nobody here defines are no subject. */
const valid = [...manifests.own, ...manifests.others].filter(
  ({ apiVersion, kind }) => validator.kindOf(apiVersion, kind) !== undefined,
);
const isCustom = ({ apiVersion, kind }: KubeObject) => builtIn.kindOf(apiVersion, kind) === undefined;

let plane: ControlPlane;
let server: RealServer;
let folder: string;
let asTheyAre: Subject[];
let withSlips: Subject[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "trueup-agreement-"));
  plane = await startControlPlane({ controllers: false });
  server = realServer(plane, (apiVersion, kind) => validator.kindOf(apiVersion, kind));
  const drawnSlips = drawn(
    valid.flatMap((manifest) => slipsOf(manifest).map((slip) => ({ ...slip, custom: isCustom(manifest) }))),
    count,
    seed,
  );
  const all = [
    ...valid.map((object) => ({ slip: "none", pointer: "", field: "", object, custom: isCustom(object) })),
    ...drawnSlips,
  ];
  const files = all.map(({ object }, index) => write(join("manifests", String(index), "object.yaml"), object));
  const words: ServerWord[] = [];
  const ask = (custom: boolean) =>
    inTurns(all, 16, async (subject, index) => {
      if (subject.custom === custom) words[index] = await server.word(subject.object);
    });
  // A definition that is there already would make the same one a change to it.
  await ask(false);
  for (const definition of known) await server.make(definition);
  const deadline = Date.now() + 60_000;
  for (const served of valid.filter(isCustom)) {
    while ((await server.word(served)).verdict !== "accepted") {
      if (Date.now() > deadline) throw new Error(`the server does not take ${nameOf(served)}`);
    }
  }
  await ask(true);

  for (const [index, definition] of known.entries()) write(join("definitions", `${index}.yaml`), definition);
  const report = validatePaths([join(folder, "manifests")], join(folder, "definitions"));
  const byFile = Map.groupBy(report.findings, ({ file }) => file);
  const found = (file: string, wanted: Finding["severity"]) =>
    (byFile.get(file) ?? []).filter(({ severity }) => severity === wanted);
  const judged = all.map(({ custom: _, ...subject }, index): Subject => {
    const file = files[index]!;
    return { ...subject, file, word: words[index]!, findings: found(file, "error"), warnings: found(file, "warning") };
  });
  asTheyAre = judged.slice(0, valid.length);
  withSlips = judged.slice(valid.length).filter(({ word }) => word.verdict !== "undecided");
}, 600_000);

afterAll(async () => {
  await server?.close();
  await plane?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

describe("what validation says offline, against the real server's word on a strict server-side apply", () => {
  test("manifests of 60 kinds and more are there, and the server accepts them all", () => {
    const kinds = new Set(manifests.own.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
    expect(kinds.size).toBeGreaterThanOrEqual(60);
    const rejected = asTheyAre.slice(0, manifests.own.length).filter(({ word }) => word.verdict !== "accepted");
    expect(rejected.map(({ object, word }) => `${nameOf(object)}: ${word.message}`)).toEqual([]);
  });

  test("there is never a false alarm", () => {
    const accepted = [...asTheyAre, ...withSlips].filter(({ word }) => word.verdict === "accepted");
    const alarms = accepted.filter(({ findings }) => findings.length > 0);
    expect(alarms.map((alarm) => `${nameOf(alarm.object)}, ${alarm.slip}: ${alarm.findings[0]!.message}`)).toEqual([]);
  });

  test("nor is there a false alarm at the edges of rules, where values come from elsewhere", async () => {
    const borrower = valid.filter((manifest) => !isCustom(manifest) && manifest.kind !== "CustomResourceDefinition");
    const judged: { accepted: boolean; object: unknown; errors: SchemaFinding[] }[] = [];
    await inTurns(borrowed(borrower, count, seed), 16, async (object) => {
      const { verdict } = await server.word(object);
      const errors = validator.validate(object).filter(({ severity }) => severity === "error");
      if (verdict !== "undecided") judged.push({ accepted: verdict === "accepted", object, errors });
    });
    const accepted = judged.filter((one) => one.accepted);
    expect(accepted.length).toBeGreaterThan(judged.length / 4);
    const alarms = accepted.filter(({ errors }) => errors.length > 0);
    expect(alarms.map(({ object, errors }) => `${nameOf(object)}: ${errors[0]!.message}`)).toEqual([]);
  });

  test("nor at the edges that the server's own source draws", async () => {
    const alarms: string[] = [];
    let accepted = 0;
    await inTurns(edges(), 16, async (object) => {
      if ((await server.word(object)).verdict !== "accepted") return;
      accepted++;
      const [error] = validator.validate(object).filter(({ severity }) => severity === "error");
      if (error !== undefined) alarms.push(`${nameOf(object)}: ${error.message}`);
    });
    expect(accepted).toBeGreaterThan(edges().length / 4);
    expect(alarms).toEqual([]);
  });

  test("a version that the server advises against is a warning, and no other is", () => {
    const advised = asTheyAre.filter(({ word }) =>
      word.warnings.some((warning) => /is deprecated in v1|"use v2"/.test(warning)),
    );
    const told = asTheyAre.filter(({ warnings }) => warnings.some(({ rule }) => rule === "deprecated-version"));
    expect(told.map(({ object }) => nameOf(object))).toEqual(["Endpoints manual", "Widget red"]);
    expect(told).toEqual(advised);
  });

  test("of what the server rejects at least 95 % are found, on the line of the slip", () => {
    const rejected = withSlips.filter(({ word }) => word.verdict === "rejected");
    const caught = rejected.filter(({ findings }) => findings.length > 0);
    const placed = caught.filter(isOnItsLine);
    const figures = {
      seed,
      manifests: { own: manifests.own.length, others: valid.length - manifests.own.length },
      slips: withSlips.length,
      accepted: withSlips.length - rejected.length,
      rejected: rejected.length,
      trueup: {
        falseAlarms: falseAlarms(({ findings }) => findings.length > 0),
        caught: caught.length,
        share: share(caught, rejected),
      },
      onTheLine: share(placed, caught),
      kubeconform: kubeconformFigures(rejected),
      missed: tally(rejected.filter(({ findings }) => findings.length === 0)),
    };
    console.log(JSON.stringify(figures));
    if (process.env.TRUEUP_AGREEMENT_REPORT)
      writeFileSync(process.env.TRUEUP_AGREEMENT_REPORT, `${JSON.stringify(figures, undefined, 2)}\n`);
    expect(figures.trueup.share).toBeGreaterThanOrEqual(0.95);
    expect(figures.onTheLine).toBeGreaterThanOrEqual(0.95);
  });
});

/** On the line of the field with the slip (its parent's where it is gone), or of a field that the server names itself. */
function isOnItsLine({ file, pointer, field, object, word, findings }: Subject): boolean {
  const { objects } = readManifestFile({ path: file, content: textOf(object) });
  const locate = objects[0]?.locate;
  // What is no object at all is found where the file begins.
  if (locate === undefined) return true;
  const lines = new Set([locate(pointer).line, locate(field).line]);
  return findings.some(
    (finding) => lines.has(finding.line) || word.fields.includes(asTheServerWrites(finding.pointer)),
  );
}

function asTheServerWrites(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : `${path}${path && "."}${step}`), "");
}

/** The same files through kubeconform, where it is built (`scripts/build-kubeconform.sh`). */
function kubeconformFigures(rejected: readonly Subject[]) {
  const program = kubeconformProgram();
  if (program === undefined) return "not built";
  const location = writeKubeconformSchemas(join(folder, "schemas"), schemas, customResourcesIn(known));
  const faulty = kubeconformVerdicts(program, join(folder, "manifests"), location);
  const caught = rejected.filter(({ file }) => faulty.has(file));
  return {
    falseAlarms: falseAlarms(({ file }) => faulty.has(file)),
    caught: caught.length,
    share: share(caught, rejected),
  };
}

function falseAlarms(isFaulty: (subject: Subject) => boolean): number {
  return [...asTheyAre, ...withSlips].filter((subject) => subject.word.verdict === "accepted" && isFaulty(subject))
    .length;
}

function share(part: readonly unknown[], whole: readonly unknown[]): number {
  return whole.length === 0 ? 1 : Math.round((part.length / whole.length) * 1000) / 1000;
}

function tally(missed: readonly Subject[]): Record<string, number> {
  const counts = Map.groupBy(missed, ({ slip }) => slip);
  return Object.fromEntries([...counts].map(([slip, of]) => [slip, of.length]));
}

function nameOf(object: unknown): string {
  const { kind, metadata } = object as KubeObject;
  return `${kind} ${metadata?.name}`;
}

function write(path: string, object: unknown): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, textOf(object));
  return file;
}

/** One field a line; every text in quotes, so that kubectl reads it as one. */
function textOf(object: unknown): string {
  return dump(object, { forceQuotes: true, quoteStyle: "double", noRefs: true, lineWidth: -1 });
}

async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [index, item] of queue) await work(item, index);
    }),
  );
}
