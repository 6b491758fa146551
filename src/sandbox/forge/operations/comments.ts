import type { Comment, Repository } from "../model/records.ts";
import { Refused, validationFailed } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import { sendComment } from "../webhook/events.ts";
import { findPullRequest } from "./pull-requests.ts";

const longestBody = 65_536;

function checkBody(body: string): void {
  const bad = (message: string) =>
    validationFailed({ resource: "IssueComment", field: "body", code: "custom", message });
  if (body.trim() === "") throw bad("body cannot be blank");
  if ([...body].length > longestBody) throw bad(`body is too long (maximum is ${longestBody} characters)`);
}

export function addComment(world: World, repository: Repository, number: number, body: string, actor: Actor): Comment {
  const pull = findPullRequest(world, repository, number);
  if (pull === undefined) throw new Refused(404, "Not Found");
  checkBody(body);
  const now = world.now();
  const comment = world.db.transaction(() => {
    world.db.pullRequests.save({ ...pull, updatedAt: now });
    return world.db.comments.insert({
      repositoryId: repository.id,
      issueNumber: number,
      author: actor.login,
      viaApp: actor.viaApp,
      body,
      createdAt: now,
      updatedAt: now,
    });
  });
  sendComment(world, repository, pull, comment, "created", actor);
  return comment;
}

export function editComment(world: World, repository: Repository, old: Comment, body: string, actor: Actor): Comment {
  checkBody(body);
  const pull = findPullRequest(world, repository, old.issueNumber)!;
  const comment = { ...old, body, updatedAt: world.now() };
  world.db.comments.save(comment);
  sendComment(world, repository, pull, comment, "edited", actor, { changes: { body: { from: old.body } } });
  return comment;
}

export function deleteComment(world: World, repository: Repository, comment: Comment, actor: Actor): void {
  const pull = findPullRequest(world, repository, comment.issueNumber)!;
  world.db.transaction(() => {
    for (const reaction of world.db.reactions.withKey(comment.id)) world.db.reactions.remove(reaction.id);
    world.db.comments.remove(comment.id);
  });
  sendComment(world, repository, pull, comment, "deleted", actor);
}
