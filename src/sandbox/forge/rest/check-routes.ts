import { isFilePath, isSha } from "../git/safe-names.ts";
import {
  type Annotation,
  type CheckAction,
  type CheckConclusion,
  type CheckRun,
  type CheckStatus,
  checkConclusions,
  type Repository,
} from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import type { World } from "../model/world.ts";
import { type CheckRunWish, createCheckRun, updateCheckRun } from "../operations/check-runs.ts";
import { annotationShape, checkRunShape, checkSuiteShape } from "../shape/check-shape.ts";
import { repositoryApiUrl } from "../shape/repository-shape.ts";
import { sendCheckRun } from "../webhook/events.ts";
import type { Api, ApiContext } from "./api.ts";
import { paged } from "./pages.ts";
import { needs, readable, writable } from "./repository-access.ts";
import { bodyOf, oneOf, readBody, text, time } from "./request-body.ts";

const line = { type: "integer", minimum: 0 } as const;
const annotation = {
  type: "object",
  required: ["path", "start_line", "end_line", "annotation_level", "message"],
  properties: {
    path: text,
    start_line: line,
    end_line: line,
    start_column: line,
    end_column: line,
    annotation_level: oneOf(["notice", "warning", "failure"]),
    message: { ...text, maxLength: 65_536 },
    title: { ...text, maxLength: 255 },
    raw_details: { ...text, maxLength: 65_536 },
  },
};
const properties = {
  name: { ...text, minLength: 1 },
  head_sha: text,
  details_url: text,
  external_id: text,
  status: oneOf(["queued", "in_progress", "completed"]),
  started_at: time,
  conclusion: oneOf(checkConclusions.filter((conclusion) => conclusion !== "stale")),
  completed_at: time,
  output: {
    type: "object",
    required: ["summary"],
    properties: {
      title: text,
      summary: { ...text, maxLength: 65_535 },
      text: { ...text, maxLength: 65_535 },
      annotations: { type: "array", maxItems: 50, items: annotation },
    },
  },
  actions: {
    type: "array",
    maxItems: 3,
    items: {
      type: "object",
      required: ["label", "description", "identifier"],
      properties: {
        label: { ...text, maxLength: 20 },
        description: { ...text, maxLength: 40 },
        identifier: { ...text, maxLength: 20 },
      },
    },
  },
};

interface AnnotationBody {
  path: string;
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: Annotation["level"];
  message: string;
  title?: string;
  raw_details?: string;
}
interface RunBody {
  name?: string;
  head_sha?: string;
  details_url?: string;
  external_id?: string;
  status?: CheckStatus;
  started_at?: string;
  conclusion?: CheckConclusion;
  completed_at?: string;
  output?: { title?: string; summary: string; text?: string; annotations?: AnnotationBody[] };
  actions?: CheckAction[];
}
const createBody = bodyOf<RunBody & { name: string; head_sha: string }>(["name", "head_sha"], properties);
const updateBody = bodyOf<RunBody>([], properties);

export function checkRoutes(api: Api, world: World): void {
  const repo = "/repos/:owner/:repo";
  const find = (c: ApiContext, repository: Repository): CheckRun => {
    const run = world.db.checkRuns.get(Number(c.req.param("id")));
    if (run === undefined || run.repositoryId !== repository.id) throw notFound();
    return run;
  };

  api.post(`${repo}/check-runs`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeChecks);
    const body = await readBody(c, createBody);
    if (!isSha(body.head_sha) || (await world.git(repository).objectType(body.head_sha)) !== "commit") {
      throw new Refused(422, `No commit found for SHA: ${body.head_sha}`);
    }
    const run = createCheckRun(world, repository, { ...wishOf(body), name: body.name, headSha: body.head_sha }, actor);
    return c.json(checkRunShape(world, repository, run), 201);
  });
  api.patch(`${repo}/check-runs/:id{[0-9]+}`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeChecks);
    const body = await readBody(c, updateBody);
    const run = updateCheckRun(world, repository, find(c, repository), wishOf(body), actor);
    return c.json(checkRunShape(world, repository, run));
  });
  api.get(`${repo}/check-runs/:id{[0-9]+}`, (c) => {
    const repository = readable(world, c, needs.readChecks);
    return c.json(checkRunShape(world, repository, find(c, repository)));
  });
  api.get(`${repo}/check-runs/:id{[0-9]+}/annotations`, (c) => {
    const repository = readable(world, c, needs.readChecks);
    const run = find(c, repository);
    const here = `${repositoryApiUrl(world, repository)}/check-runs/${run.id}/annotations`;
    return c.json(paged(c, here, run.annotations).map((found) => annotationShape(world, repository, run, found)));
  });
  // "Re-run" on a page: the app hears of it, the run stays as it is.
  api.post(`${repo}/check-runs/:id{[0-9]+}/rerequest`, (c) => {
    const repository = readable(world, c, { app: [["checks", "write"]], person: "write" });
    const run = find(c, repository);
    const caller = c.get("caller");
    const login = caller.kind === "person" ? caller.login : `${world.app.slug}[bot]`;
    sendCheckRun(world, repository, run, "rerequested", { login, viaApp: caller.kind !== "person" });
    return c.json({}, 201);
  });
  api.get(`${repo}/commits/:ref{.+}/check-runs`, async (c) => {
    const repository = readable(world, c, needs.readChecks);
    const sha = await resolved(world, repository, c.req.param("ref"));
    const { check_name: name, status, filter = "latest" } = c.req.query();
    const all = world.db.checkRuns.withKey(`${repository.id}@${sha}`);
    const runs = (filter === "all" ? all : [...new Map(all.map((run) => [run.name, run])).values()])
      .filter((run) => (name === undefined || run.name === name) && (status === undefined || run.status === status))
      .sort((a, b) => b.id - a.id);
    const page = paged(c, `${repositoryApiUrl(world, repository)}/commits/${sha}/check-runs`, runs);
    return c.json({ total_count: runs.length, check_runs: page.map((run) => checkRunShape(world, repository, run)) });
  });
  api.get(`${repo}/commits/:ref{.+}/check-suites`, async (c) => {
    const repository = readable(world, c, needs.readChecks);
    const sha = await resolved(world, repository, c.req.param("ref"));
    const commit = (await world.git(repository).commit(sha))!;
    const suite = checkSuiteShape(world, repository, commit, world.db.checkRuns.withKey(`${repository.id}@${sha}`));
    return c.json({ total_count: suite === undefined ? 0 : 1, check_suites: suite === undefined ? [] : [suite] });
  });
  api.get(`${repo}/check-suites/:id{[0-9]+}`, async (c) => {
    const repository = readable(world, c, needs.readChecks);
    const first = find(c, repository);
    const runs = world.db.checkRuns.withKey(`${repository.id}@${first.headSha}`);
    if (runs[0]?.id !== first.id) throw notFound();
    return c.json(checkSuiteShape(world, repository, (await world.git(repository).commit(first.headSha))!, runs));
  });
}

async function resolved(world: World, repository: Repository, ref: string): Promise<string> {
  const sha = await world.git(repository).resolve(ref);
  if (sha === undefined) throw new Refused(422, `No commit found for SHA: ${ref}`);
  return sha;
}

function wishOf(body: RunBody): CheckRunWish {
  const wish: CheckRunWish = {};
  if (body.name !== undefined) wish.name = body.name;
  if (body.status !== undefined) wish.status = body.status;
  if (body.conclusion !== undefined) wish.conclusion = body.conclusion;
  if (body.started_at !== undefined) wish.startedAt = utc(body.started_at);
  if (body.completed_at !== undefined) wish.completedAt = utc(body.completed_at);
  if (body.details_url !== undefined) wish.detailsUrl = body.details_url;
  if (body.external_id !== undefined) wish.externalId = body.external_id;
  if (body.actions !== undefined) wish.actions = body.actions;
  if (body.output !== undefined) {
    const { annotations, ...output } = body.output;
    wish.output = { ...output, ...(annotations === undefined ? {} : { annotations: annotations.map(annotationOf) }) };
  }
  return wish;
}

function annotationOf(body: AnnotationBody): Annotation {
  if (!isFilePath(body.path)) throw new Refused(422, `${JSON.stringify(body.path)} is not a path in the repository`);
  if (body.end_line < body.start_line) throw new Refused(422, "end_line must not be before start_line");
  const columns = body.start_column !== undefined || body.end_column !== undefined;
  if (columns && body.start_line !== body.end_line) {
    throw new Refused(422, "start_column and end_column need start_line and end_line to be the same line");
  }
  return {
    path: body.path,
    startLine: body.start_line,
    endLine: body.end_line,
    startColumn: body.start_column ?? null,
    endColumn: body.end_column ?? null,
    level: body.annotation_level,
    message: body.message,
    title: body.title ?? null,
    rawDetails: body.raw_details ?? null,
  };
}

function utc(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new Refused(422, `${text} is not a time`);
  return `${at.toISOString().slice(0, 19)}Z`;
}
