import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { Hono } from "hono";
import { largestPush } from "./git/bare-repository.ts";
import { gitEnvironment } from "./git/git-program.ts";
import type { Repository } from "./model/records.ts";
import { Refused } from "./model/refused.ts";
import { type Actor, botLogin, type World } from "./model/world.ts";
import { syncRefs } from "./operations/sync-refs.ts";
import { type Caller, demand, identify } from "./rest/caller.ts";
import { findRepository, needs } from "./rest/repository-access.ts";

/** Git's smart HTTP protocol, spoken by git's own `http-backend` program. */
export function gitHttp(world: World, defaultActor: Actor): Hono {
  const git = new Hono();
  git.get("/:owner/:name/info/refs", async (c) => {
    const service = c.req.query("service");
    if (service !== "git-upload-pack" && service !== "git-receive-pack") {
      return c.text("Only Git's smart HTTP protocol is spoken here.\n", 403);
    }
    const access = await allow(world, c.req.raw, c.req.param(), service === "git-receive-pack");
    if (access instanceof Response) return access;
    return backend(world, access.repository, c.req.raw, `service=${service}`, "/info/refs", access.login);
  });
  git.post("/:owner/:name/git-upload-pack", async (c) => {
    const access = await allow(world, c.req.raw, c.req.param(), false);
    if (access instanceof Response) return access;
    return backend(world, access.repository, c.req.raw, "", "/git-upload-pack", access.login);
  });
  git.post("/:owner/:name/git-receive-pack", async (c) => {
    const access = await allow(world, c.req.raw, c.req.param(), true);
    if (access instanceof Response) return access;
    const { repository, login, actor } = access;
    // Whole before the lock is taken, so that nobody waits for somebody's slow line.
    const body = await wholeBody(c.req.raw);
    if (body === undefined) return c.text(`The push is larger than ${largestPush} bytes.\n`, 413);
    return world.exclusively(repository.id, async () => {
      const answer = await backend(world, repository, c.req.raw, "", "/git-receive-pack", login, body);
      const told = await answer.arrayBuffer();
      world.git(repository).refsMoved();
      // Whoever has pushed finds pull requests and refs/pull up to date.
      await syncRefs(world, repository.id, actor ?? defaultActor);
      return new Response(told, { status: answer.status, headers: answer.headers });
    });
  });
  return git;
}

/** Whether a request is Git's, so that pages never see it. */
export function isGitRequest(pathname: string): boolean {
  return /^\/[^/]+\/[^/]+\/(?:info\/refs|git-upload-pack|git-receive-pack)$/.test(pathname);
}

interface Allowed {
  repository: Repository;
  login: string;
  actor: Actor | undefined;
}

async function allow(
  world: World,
  request: Request,
  { owner, name }: { owner: string; name: string },
  write: boolean,
): Promise<Allowed | Response> {
  let caller: Caller;
  try {
    caller = await identify(world, request.headers.get("authorization") ?? undefined);
    if (caller.kind === "app") throw new Refused(401, "Bad credentials");
  } catch (error) {
    if (error instanceof Refused) return unauthorized("Invalid username or token.");
    throw error;
  }
  const repository = findRepository(world, owner, name.replace(/\.git$/, ""));
  if (caller.kind === "anonymous" && (repository === undefined || repository.private || write)) {
    return unauthorized("Authentication is required.");
  }
  if (repository === undefined) return new Response("Repository not found.\n", { status: 404 });
  if (caller.kind === "deploy") {
    if (caller.repositoryId !== repository.id) return new Response("Repository not found.\n", { status: 404 });
    if (write) return new Response("This token may only read.\n", { status: 403 });
    return { repository, login: "deploy-token", actor: undefined };
  }
  try {
    demand(caller, repository, write ? needs.writeContents : needs.readContents);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const message = error.status === 404 ? "Repository not found.\n" : `Write access to repository not granted.\n`;
    return new Response(message, { status: error.status });
  }
  if (caller.kind === "anonymous") return { repository, login: "anonymous", actor: undefined };
  const login = caller.kind === "person" ? caller.login : botLogin(world);
  return { repository, login, actor: { login, viaApp: caller.kind === "installation" } };
}

function unauthorized(message: string): Response {
  return new Response(`${message}\n`, { status: 401, headers: { "www-authenticate": 'Basic realm="Git"' } });
}

async function wholeBody(request: Request): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > largestPush) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** One CGI call (RFC 3875). */
async function backend(
  world: World,
  repository: Repository,
  request: Request,
  query: string,
  path: string,
  login: string,
  body?: Buffer,
): Promise<Response> {
  const { dir } = world.git(repository);
  const header = (name: string): string => request.headers.get(name) ?? "";
  const protocol = header("git-protocol");
  const child = spawn("git", ["-c", "core.hooksPath=/dev/null", "http-backend"], {
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: dirname(dir),
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: `/${repository.id}.git${path}`,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      ...(body === undefined ? {} : { CONTENT_LENGTH: String(body.length) }),
      REMOTE_USER: login,
      REMOTE_ADDR: "127.0.0.1",
      ...(/^[a-z0-9=:]+$/.test(protocol) ? { GIT_PROTOCOL: protocol } : {}),
    },
  });
  child.stderr.resume();
  // git may answer before it has read everything; its answer tells then.
  child.stdin.on("error", () => {});
  request.signal.addEventListener("abort", () => child.kill());
  if (body !== undefined) child.stdin.end(body);
  else if (request.body === null) child.stdin.end();
  else
    Readable.fromWeb(request.body as never)
      .on("error", () => child.kill())
      .pipe(child.stdin);
  const { status, headers, rest } = await readHead(child);
  const stream = rest(child.stdout);
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, { status, headers });
}

interface Head {
  status: number;
  headers: Headers;
  rest(stdout: Readable): Readable;
}

function readHead(child: ChildProcessWithoutNullStreams): Promise<Head> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const failed = (): void => reject(new Error("git http-backend ended before it had answered"));
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]);
      const end = seen.indexOf("\r\n\r\n");
      if (end < 0) return;
      child.stdout.off("data", onData).off("end", failed);
      child.stdout.pause();
      const headers = new Headers();
      let status = 200;
      for (const line of seen.subarray(0, end).toString().split("\r\n")) {
        const colon = line.indexOf(":");
        const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
        if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
        else headers.append(name, value);
      }
      const first = seen.subarray(end + 4);
      resolve({
        status,
        headers,
        rest(stdout) {
          if (first.length > 0) stdout.unshift(first);
          return stdout;
        },
      });
    };
    child.stdout.on("data", onData).on("end", failed);
    child.on("error", reject);
  });
}
