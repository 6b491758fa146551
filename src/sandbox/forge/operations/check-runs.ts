import type { Annotation, CheckAction, CheckConclusion, CheckRun, CheckStatus, Repository } from "../model/records.ts";
import { Refused } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import { sendCheckRun } from "../webhook/events.ts";

/** What a request wants a check run to be; what it leaves out stays. */
export interface CheckRunWish {
  name?: string;
  status?: CheckStatus;
  conclusion?: CheckConclusion;
  startedAt?: string;
  completedAt?: string;
  detailsUrl?: string;
  externalId?: string;
  output?: { title?: string; summary: string; text?: string; annotations?: Annotation[] };
  actions?: CheckAction[];
}

export function createCheckRun(
  world: World,
  repository: Repository,
  wish: CheckRunWish & { name: string; headSha: string },
  actor: Actor,
): CheckRun {
  const blank: Omit<CheckRun, "id"> = {
    repositoryId: repository.id,
    name: wish.name,
    headSha: wish.headSha,
    status: "queued",
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    detailsUrl: null,
    externalId: "",
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  const run = world.db.checkRuns.insert(applied(world, blank, wish));
  sendCheckRun(world, repository, run, "created", actor);
  if (run.status === "completed") sendCheckRun(world, repository, run, "completed", actor);
  return run;
}

export function updateCheckRun(
  world: World,
  repository: Repository,
  old: CheckRun,
  wish: CheckRunWish,
  actor: Actor,
): CheckRun {
  const run = { ...applied(world, old, wish), id: old.id };
  world.db.checkRuns.save(run);
  if (run.status === "completed" && old.status !== "completed") {
    sendCheckRun(world, repository, run, "completed", actor);
  } else world.changed({ repository: `${repository.owner}/${repository.name}`, event: "check_run" });
  return run;
}

function applied(world: World, old: Omit<CheckRun, "id">, wish: CheckRunWish): Omit<CheckRun, "id"> {
  // A conclusion alone means completed, and completed needs one.
  const status = wish.conclusion === undefined ? (wish.status ?? old.status) : "completed";
  const conclusion = wish.conclusion ?? old.conclusion;
  if (old.status === "completed" && status !== "completed") {
    throw new Refused(422, "A completed check run cannot go back to being pending; create a new one of the same name.");
  }
  if (status === "completed" && conclusion === null) {
    throw new Refused(422, `Invalid request.\n\nFor 'completed', "conclusion" is required.`);
  }
  const { output } = wish;
  return {
    ...old,
    name: wish.name ?? old.name,
    status,
    conclusion: status === "completed" ? conclusion : null,
    startedAt: wish.startedAt ?? old.startedAt,
    completedAt: status === "completed" ? (wish.completedAt ?? old.completedAt ?? world.now()) : null,
    detailsUrl: wish.detailsUrl ?? old.detailsUrl,
    externalId: wish.externalId ?? old.externalId,
    title: output === undefined ? old.title : (output.title ?? old.title),
    summary: output?.summary ?? old.summary,
    text: output === undefined ? old.text : (output.text ?? old.text),
    // GitHub appends: annotations of an update join those that are there.
    annotations: [...old.annotations, ...(output?.annotations ?? [])],
    actions: wish.actions ?? old.actions,
  };
}
