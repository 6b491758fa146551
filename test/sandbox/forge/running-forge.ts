import { execFile } from "node:child_process";
import { createSign } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { subscribedEvents } from "../../../src/sandbox/forge/app-identity.ts";
import type { Forge, ForgeOptions, NewRepository, RepositoryAddress } from "../../../src/sandbox/forge/forge.ts";
import { startForge } from "../../../src/sandbox/forge/start-forge.ts";
import { githubSchema } from "../../harness/github-schema.ts";
import { type WebhookInbox, webhookInbox } from "./webhook-inbox.ts";

const run = promisify(execFile);

export interface Answer {
  status: number;
  body: unknown;
  headers: Headers;
}

/** One request to the REST API; throws when GitHub could not have given the answer. */
export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export interface RunningForge {
  forge: Forge;
  inbox: WebhookInbox;
  dir: string;
  repository: RepositoryAddress;
  /** `/repos/owner/name` */
  repo: string;
  person: Ask;
  visitor: Ask;
  nobody: Ask;
  /** With a JSON web token of the app. */
  app: Ask;
  /** With a fresh token of the installation, and what it may if not all. */
  installation(permissions?: Record<string, string>): Promise<{ ask: Ask; token: string }>;
  clone(url?: string): Promise<WorkingCopy>;
  stop(): Promise<void>;
}

export const firstFiles = new Map<string, string | Uint8Array>([
  ["README.md", "# shop\n"],
  ["app/deployment.yaml", "replicas: 3\nimage: nginx:1\n"],
]);

export const everyEvent = [...subscribedEvents, ...["create", "delete", "deployment", "deployment_status"]];

export async function runForge(
  options: Partial<ForgeOptions> = {},
  wish: Partial<NewRepository> = {},
): Promise<RunningForge> {
  const root = await mkdtemp(join(tmpdir(), "forge-test-"));
  const dir = options.dir ?? join(root, "forge");
  const inbox = await webhookInbox();
  const forge = await startForge({ appEvents: everyEvent, ...options, dir });
  forge.setWebhookUrl(inbox.url);
  const repository =
    forge.repositories()[0] ??
    (await forge.createRepository({ owner: "acme", name: "shop", files: firstFiles, ...wish }));
  const clock = options.clock ?? (() => new Date());
  const app: Ask = (...request) => asker(forge, `Bearer ${appToken(forge, clock())}`)(...request);
  return {
    ...{ forge, inbox, dir, repository, app },
    repo: `/repos/${repository.fullName}`,
    person: asker(forge, `token ${forge.person.token}`),
    visitor: asker(forge, `Bearer ${forge.visitor.token}`),
    nobody: asker(forge, undefined),
    async installation(permissions) {
      const { id } = read<{ id: number }>(await app("GET", `/repos/${repository.fullName}/installation`));
      const body = permissions === undefined ? undefined : { permissions };
      const { token } = read<{ token: string }>(await app("POST", `/app/installations/${id}/access_tokens`, body));
      return { ask: asker(forge, `token ${token}`), token };
    },
    clone: (url = repository.cloneUrl) => clone(root, url),
    async stop() {
      await forge.stop();
      await inbox.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** An answer's body as what the schema has already seen that it is. */
export function read<T>(answer: Answer): T {
  if (answer.status >= 400) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

export function asker(forge: Forge, authorization: string | undefined): Ask {
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(`${forge.apiUrl}${path}`, {
      method,
      headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = /json/.test(answer.headers.get("content-type") ?? "");
    const told = text === "" ? undefined : json ? (JSON.parse(text) as unknown) : text;
    if (json || told === undefined) {
      const problems = githubSchema().answerProblems(method, path, answer.status, told);
      if (problems.length > 0)
        throw new Error(`not as GitHub answers:\n${problems.join("\n")}\n${text.slice(0, 3000)}`);
    }
    return { status: answer.status, body: told, headers: answer.headers };
  };
}

/** An RS256 JSON web token as GitHub asks of apps, made with nothing but the private key. */
export function appToken(forge: Forge, now: Date, claims: Record<string, unknown> = {}): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: seconds - 30, exp: seconds + 300, iss: forge.app.id, ...claims })}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(forge.app.privateKey, "base64url")}`;
}

export interface WorkingCopy {
  dir: string;
  git(...args: string[]): Promise<string>;
  /** Commits these files (null removes one) on a branch, made when it is new, and pushes; the commit's SHA. */
  push(branch: string, files: Record<string, string | null>, message?: string): Promise<string>;
}

/** Runs git as a user without any configuration of the machine's. */
export async function git(dir: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("git", args, { cwd: dir, env: userEnvironment, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

const userEnvironment = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

export async function clone(root: string, url: string): Promise<WorkingCopy> {
  const dir = await mkdtemp(join(root, "clone-"));
  await git(dir, "clone", "--quiet", url, ".");
  return {
    dir,
    git: (...args) => git(dir, ...args),
    async push(branch, files, message = `Change ${Object.keys(files).join(", ")}`) {
      const known = await git(dir, "branch", "--list", branch);
      await git(dir, "checkout", "--quiet", ...(known === "" ? ["-b", branch] : [branch]));
      for (const [path, content] of Object.entries(files)) {
        if (content === null) await rm(join(dir, path));
        else {
          await mkdir(join(dir, path, ".."), { recursive: true });
          await writeFile(join(dir, path), content);
        }
      }
      await git(dir, "add", "--all");
      await git(dir, "commit", "--quiet", "--allow-empty", "-m", message);
      await git(dir, "push", "--quiet", "origin", branch);
      return git(dir, "rev-parse", "HEAD");
    },
  };
}
