import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { services } from "../../src/cli/services.ts";
import { type Administrator, administrator } from "../../src/sandbox/story/administrator.ts";
import { type Contributor, contributor } from "../../src/sandbox/story/contributor.ts";
import { seedFiles } from "../../src/sandbox/story/first-commit.ts";
import { type JsonApi, jsonApi } from "../../src/sandbox/story/json-api.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/story/start-sandbox.ts";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { kubernetesApi } from "./kubernetes-api.ts";
import { startTestCluster } from "./test-cluster.ts";

export interface TestSandbox extends Sandbox {
  dir: string;
  /** GitHub's REST API as a person with write permission; paths below `/repos/owner/name`. */
  github: JsonApi;
  /** The Kubernetes API as an administrator. */
  kubernetes: JsonApi;
  contributor: Contributor;
  administrator: Administrator;
  /** Stops it and removes its folder. */
  dispose(): Promise<void>;
}

export interface TestSandboxOptions {
  /** Of the first commit, instead of the seed's. */
  files?: { [path: string]: string | Uint8Array };
  namespace?: string;
  dir?: string;
  /** Of the bot and of the agent; default: quiet. */
  logger?: (name: string) => Logger;
}

/** A whole sandbox in this process, on free ports and a folder of its own; on the cluster that the running project asks for. */
export async function startTestSandbox(options: TestSandboxOptions = {}): Promise<TestSandbox> {
  const own = await startTestCluster();
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "trueup-test-"));
  const namespace = options.namespace ?? "demo";
  const files =
    options.files === undefined
      ? seedFiles(new URL("../../src/sandbox/seed/", import.meta.url).pathname)
      : new Map(
          Object.entries(options.files).map(([path, content]) => [
            path,
            typeof content === "string" ? new TextEncoder().encode(content) : content,
          ]),
        );
  const sandbox = await startSandbox({
    dir,
    port: undefined,
    repository: { name: "state", namespace, files },
    ...(own && { cluster: { kubeconfig: own.kubeconfig, context: undefined, namespaceGiven: false } }),
    // A test does in seconds what people do in an hour.
    services: services([], options.logger),
    say: () => undefined,
  });
  const { info, kube, isOurs } = sandbox;
  const api = jsonApi({ base: info.api, token: info.token });
  return {
    ...sandbox,
    dir,
    github: (path, call) => api(`/repos/${info.repository}${path}`, call),
    kubernetes: kubernetesApi(kube),
    contributor: contributor(api, info.repository),
    administrator: administrator(kube, namespace, isOurs),
    async dispose() {
      await sandbox.stop();
      await own?.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The seed's system is wholly live. */
export async function firstSync({ administrator }: TestSandbox): Promise<void> {
  await waitFor(
    "nginx runs with 3 of 3 pods",
    () => administrator.deployment("nginx"),
    (deployment) => deployment?.ready === 3,
  );
  await waitFor(
    "the star is there",
    () => administrator.shape("star"),
    (shape) => shape !== undefined,
  );
}

/** A branch with these edits (null deletes the file), and a pull request of it. @returns its number */
export async function propose(
  { github, contributor }: TestSandbox,
  branch: string,
  edits: { [path: string]: string | Uint8Array | null | ((text: string) => string) },
): Promise<number> {
  await contributor.branch(branch);
  await edit(github, branch, edits);
  return contributor.openPullRequest(branch, branch);
}

/** Commits these edits on the branch, one commit each. */
export async function edit(
  github: JsonApi,
  branch: string,
  edits: { [path: string]: string | Uint8Array | null | ((text: string) => string) },
): Promise<void> {
  for (const [path, change] of Object.entries(edits)) {
    const found = await github<{ content: string; sha: string }>(`/contents/${path}?ref=${branch}`);
    const body = { message: `Edit ${path}`, branch, ...(found === undefined ? {} : { sha: found.sha }) };
    if (change === null) {
      await github(`/contents/${path}`, { method: "DELETE", body });
      continue;
    }
    const content =
      typeof change === "function" ? change(Buffer.from(found?.content ?? "", "base64").toString()) : change;
    await github(`/contents/${path}`, {
      method: "PUT",
      body: { ...body, content: Buffer.from(content).toString("base64") },
    });
  }
}

/** Waits for a completed check on the pull request's head. @returns its conclusion and the comment */
export async function answered(sandbox: TestSandbox, pullRequest: number): Promise<{ check: string; comment: string }> {
  const check = await waitFor(
    `#${pullRequest} is answered`,
    () => sandbox.contributor.check(pullRequest),
    (conclusion) => conclusion !== undefined,
  );
  const comment = await sandbox.contributor.comment(pullRequest);
  return { check: check ?? "", comment: comment ?? "" };
}

/** The repository as the forge itself has it. */
export const repositoryOf = ({ forge, info }: Pick<TestSandbox, "forge" | "info">) =>
  forge.repository(info.repository)!;

/** What the bot answers to a comment in one of its own. */
export async function answerTo(sandbox: TestSandbox, pullRequest: number, commentId: number): Promise<string> {
  const answer = () =>
    repositoryOf(sandbox)
      .comments(pullRequest)
      .find(({ body }) => body.includes(`answer:${commentId}`))?.body;
  return (
    (await waitFor(
      "an answer",
      async () => answer(),
      (body) => body !== undefined,
    )) ?? ""
  );
}

/** Waits until the bot's comment says these words. */
export async function says({ contributor }: TestSandbox, pullRequest: number, words: RegExp): Promise<string> {
  const wanted = (text: string | undefined) => words.test(text ?? "");
  return (await waitFor(`#${pullRequest} says ${words}`, () => contributor.comment(pullRequest), wanted)) ?? "";
}

/** As `kubectl patch --type=merge` does. */
export const mergePatch = ({ kubernetes }: TestSandbox, path: string, body: object) =>
  kubernetes(path, { method: "PATCH", body, contentType: "application/merge-patch+json" });
