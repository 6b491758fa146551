import { type Comment, type ReactionContent, type Repository, reactionContents } from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import { type Actor, fullName, type World } from "../model/world.ts";
import { addComment, deleteComment, editComment } from "../operations/comments.ts";
import { findPullRequest } from "../operations/pull-requests.ts";
import { commentShape, reactionShape } from "../shape/comment-shape.ts";
import { repositoryApiUrl } from "../shape/repository-shape.ts";
import type { Api, ApiContext } from "./api.ts";
import { roleOf } from "./caller.ts";
import { paged } from "./pages.ts";
import { needs, readable, writable } from "./repository-access.ts";
import { bodyOf, oneOf, readBody, text } from "./request-body.ts";

const commentBody = bodyOf<{ body: string }>(["body"], { body: text });
const reactionBody = bodyOf<{ content: ReactionContent }>(["content"], { content: oneOf(reactionContents) });

export function commentRoutes(api: Api, world: World): void {
  const repo = "/repos/:owner/:repo";
  const find = (c: ApiContext, repository: Repository): Comment => {
    const comment = world.db.comments.get(Number(c.req.param("id")));
    if (comment === undefined || comment.repositoryId !== repository.id) throw notFound();
    return comment;
  };
  const editable = (repository: Repository, comment: Comment, actor: Actor): Comment => {
    if (comment.author === actor.login) return comment;
    const role = actor.viaApp ? "write" : roleOf(repository, actor.login);
    if (role !== "write" && role !== "admin") throw new Refused(403, "Must have admin rights to Repository.");
    return comment;
  };
  const since = (c: ApiContext, comments: Comment[]): Comment[] => {
    const from = c.req.query("since");
    return from === undefined ? comments : comments.filter((comment) => comment.updatedAt >= from);
  };

  api.get(`${repo}/issues/:number{[0-9]+}/comments`, (c) => {
    const repository = readable(world, c, needs.readComments);
    const number = Number(c.req.param("number"));
    if (findPullRequest(world, repository, number) === undefined) throw notFound();
    const found = since(c, world.db.comments.withKey(`${repository.id}#${number}`));
    const page = paged(c, `${repositoryApiUrl(world, repository)}/issues/${number}/comments`, found);
    return c.json(page.map((comment) => commentShape(world, repository, comment)));
  });
  api.post(`${repo}/issues/:number{[0-9]+}/comments`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeComments);
    const { body } = await readBody(c, commentBody);
    const comment = addComment(world, repository, Number(c.req.param("number")), body, actor);
    const shape = commentShape(world, repository, comment);
    return c.json(shape, 201, { location: String(shape.url) });
  });
  api.get(`${repo}/issues/comments`, (c) => {
    const repository = readable(world, c, needs.readComments);
    const found = since(c, world.db.comments.all()).filter((comment) => comment.repositoryId === repository.id);
    const page = paged(c, `${repositoryApiUrl(world, repository)}/issues/comments`, found);
    return c.json(page.map((comment) => commentShape(world, repository, comment)));
  });
  api.get(`${repo}/issues/comments/:id{[0-9]+}`, (c) => {
    const repository = readable(world, c, needs.readComments);
    return c.json(commentShape(world, repository, find(c, repository)));
  });
  api.patch(`${repo}/issues/comments/:id{[0-9]+}`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeComments);
    const { body } = await readBody(c, commentBody);
    const comment = editComment(world, repository, editable(repository, find(c, repository), actor), body, actor);
    return c.json(commentShape(world, repository, comment));
  });
  api.delete(`${repo}/issues/comments/:id{[0-9]+}`, (c) => {
    const { repository, actor } = writable(world, c, needs.writeComments);
    deleteComment(world, repository, editable(repository, find(c, repository), actor), actor);
    return c.body(null, 204);
  });

  api.get(`${repo}/issues/comments/:id{[0-9]+}/reactions`, (c) => {
    const repository = readable(world, c, needs.readComments);
    const comment = find(c, repository);
    const found = world.db.reactions.withKey(comment.id);
    const here = `${repositoryApiUrl(world, repository)}/issues/comments/${comment.id}/reactions`;
    return c.json(paged(c, here, found).map((reaction) => reactionShape(world, reaction)));
  });
  api.post(`${repo}/issues/comments/:id{[0-9]+}/reactions`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeComments);
    const { content } = await readBody(c, reactionBody);
    const comment = find(c, repository);
    const mine = world.db.reactions
      .withKey(comment.id)
      .find((reaction) => reaction.author === actor.login && reaction.content === content);
    if (mine !== undefined) return c.json(reactionShape(world, mine));
    const reaction = world.db.reactions.insert({
      repositoryId: repository.id,
      commentId: comment.id,
      author: actor.login,
      content,
      createdAt: world.now(),
    });
    world.changed({ repository: fullName(repository), event: "issue_comment", pullRequest: comment.issueNumber });
    return c.json(reactionShape(world, reaction), 201);
  });
  api.delete(`${repo}/issues/comments/:id{[0-9]+}/reactions/:reaction{[0-9]+}`, (c) => {
    const { repository, actor } = writable(world, c, needs.writeComments);
    const reaction = world.db.reactions.get(Number(c.req.param("reaction")));
    if (reaction === undefined || reaction.commentId !== find(c, repository).id) throw notFound();
    if (reaction.author !== actor.login) throw new Refused(403, "Must be the reaction's author.");
    world.db.reactions.remove(reaction.id);
    return c.body(null, 204);
  });
}
