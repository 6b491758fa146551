import { type JobKey, wordsOf } from "../job-key.ts";

/** What an event asks to look at, and which repositories it says an installation lets us into. */
export interface Hints {
  keys: JobKey[];
  /** Pull requests that somebody looks at, acts on or is about to merge. */
  attended: JobKey[];
  access: { repositoryId: number; installationId: number }[];
}

/** The payload is not what GitHub's documentation says of this event. */
export class MalformedPayload extends Error {
  override name = "MalformedPayload";
}

const nothing: Hints = { keys: [], attended: [], access: [] };

/**
 * Reads an event as a hint where to look. Nothing else of it is believed: a reconciler asks GitHub.
 * Events that change nothing for us, and those that we do not know, give no keys.
 *
 * @param event GitHub's name of it: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 * @throws MalformedPayload
 */
export function hintsOf(event: string, payload: unknown, appId: number): Hints {
  const body = new Fields(payload, event);
  const installationId = body.optional("installation")?.id("id");
  const accessTo = (...ids: number[]) =>
    installationId === undefined ? [] : ids.map((repositoryId) => ({ repositoryId, installationId }));
  if (event === "installation" || event === "installation_repositories") {
    const added = [...body.list("repositories"), ...body.list("repositories_added")].map((added) => added.id("id"));
    if (body.text("action") === "deleted" || body.text("action") === "suspend") return nothing;
    return {
      ...nothing,
      keys: added.map((repositoryId) => ({ kind: "repository", repositoryId })),
      access: accessTo(...added),
    };
  }
  const repositoryId = body.optional("repository")?.id("id");
  if (repositoryId === undefined) return nothing;
  return {
    keys: keysOf(event, body, repositoryId, appId),
    attended: attendedIn(event, body).map((number) => ({ kind: "pull-request", repositoryId, number })),
    access: accessTo(repositoryId),
  };
}

function keysOf(event: string, body: Fields, repositoryId: number, appId: number): JobKey[] {
  switch (event) {
    case "pull_request":
      return [{ kind: "pull-request", repositoryId, number: body.at("pull_request").id("number") }];
    case "push": {
      const ref = body.ref("ref");
      if (!ref.startsWith("refs/heads/")) return [];
      return [{ kind: "branch", repositoryId, branch: ref.slice("refs/heads/".length) }];
    }
    case "issue_comment":
      return commentKeys(body, repositoryId, appId);
    case "check_run":
    case "check_suite": {
      const check = body.at(event);
      if (body.text("action") !== "rerequested" || check.optional("app")?.id("id") !== appId) return [];
      return [{ kind: "rerun", repositoryId, sha: check.sha("head_sha") }];
    }
    case "merge_group": {
      if (body.text("action") !== "checks_requested") return [];
      const group = body.at("merge_group");
      const ref = group.ref("head_ref").replace(/^refs\/heads\//, "");
      return [{ kind: "merge-group", repositoryId, sha: group.sha("head_sha"), ref }];
    }
    case "repository":
      return [{ kind: "repository", repositoryId }];
    default:
      return [];
  }
}

/** What is done on the way to a merge counts whoever does it: a merge queue has a login of its own. */
const merging = ["auto_merge_enabled", "enqueued", "closed"];

/** What other programs do to pull requests, often to all of them at once, is nobody's attention. */
function attendedIn(event: string, body: Fields): number[] {
  const byPerson = !(body.optional("sender")?.is("type", "Bot") ?? false);
  switch (event) {
    case "pull_request":
      return byPerson || merging.includes(body.text("action")) ? [body.at("pull_request").id("number")] : [];
    case "pull_request_review":
      return byPerson ? [body.at("pull_request").id("number")] : [];
    case "issue_comment": {
      const issue = body.at("issue");
      return byPerson && issue.optional("pull_request") !== undefined ? [issue.id("number")] : [];
    }
    default:
      return [];
  }
}

function commentKeys(body: Fields, repositoryId: number, appId: number): JobKey[] {
  const issue = body.at("issue");
  if (issue.optional("pull_request") === undefined) return [];
  const number = issue.id("number");
  const comment = body.at("comment");
  const ours = comment.optional("performed_via_github_app")?.id("id") === appId;
  const action = body.text("action");
  if (ours) {
    const sender = body.optional("sender")?.id("id");
    const byUs = action === "created" || (sender !== undefined && sender === comment.optional("user")?.id("id"));
    // Somebody else changed or deleted what we wrote.
    return byUs ? [] : [{ kind: "pull-request", repositoryId, number }];
  }
  if (action !== "created" || !/^\s*\/trueup(\s|$)/.test(comment.text("body"))) return [];
  return [{ kind: "command", repositoryId, number, commentId: comment.id("id"), words: wordsOf(comment.text("body")) }];
}

/** A JSON object that is not trusted to have what it should. */
class Fields {
  readonly #fields: Record<string, unknown>;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new MalformedPayload(`${where} is no object`);
    }
    this.#fields = value as Record<string, unknown>;
    this.#where = where;
  }

  at(name: string): Fields {
    return new Fields(this.#fields[name], `${this.#where}.${name}`);
  }

  /** undefined where there is none, or null. */
  optional(name: string): Fields | undefined {
    return (this.#fields[name] ?? undefined) === undefined ? undefined : this.at(name);
  }

  /** Empty where there is none. */
  list(name: string): Fields[] {
    const value = this.#fields[name] ?? [];
    if (!Array.isArray(value)) throw new MalformedPayload(`${this.#where}.${name} is no list`);
    return value.map((item, index) => new Fields(item, `${this.#where}.${name}[${index}]`));
  }

  is(name: string, value: string): boolean {
    return this.#fields[name] === value;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string") throw new MalformedPayload(`${this.#where}.${name} is no text`);
    return value;
  }

  /** GitHub's ids and numbers. */
  id(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
      throw new MalformedPayload(`${this.#where}.${name} is no id`);
    }
    return value;
  }

  /** A ref's full name, as git allows it: https://git-scm.com/docs/git-check-ref-format */
  ref(name: string): string {
    const value = this.text(name);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them in names, and so does PostgreSQL in texts.
    if (!/^refs\/[^\u0000-\u0020\u007f~^:?*[\\]{1,1000}$/.test(value)) {
      throw new MalformedPayload(`${this.#where}.${name} is no ref`);
    }
    return value;
  }

  sha(name: string): string {
    const value = this.text(name);
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(value)) {
      throw new MalformedPayload(`${this.#where}.${name} is no commit id`);
    }
    return value;
  }
}
