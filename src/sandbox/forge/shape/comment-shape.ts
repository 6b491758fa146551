import { type Comment, type Reaction, type Repository, reactionContents } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { userShape } from "./account-shape.ts";
import { appShape } from "./app-shape.ts";
import { type Json, nodeId } from "./json.ts";
import { authorAssociation } from "./pull-request-shape.ts";
import { repositoryApiUrl, repositoryWebUrl } from "./repository-shape.ts";

/** GitHub's `issue-comment`. */
export function commentShape(world: World, repository: Repository, comment: Comment): Json {
  const url = repositoryApiUrl(world, repository);
  const reactions = world.db.reactions.withKey(comment.id);
  const counts = reactionContents.map((content) => [content, reactions.filter((r) => r.content === content).length]);
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url: `${url}/issues/comments/${comment.id}`,
    html_url: `${repositoryWebUrl(world, repository)}/pull/${comment.issueNumber}#issuecomment-${comment.id}`,
    issue_url: `${url}/issues/${comment.issueNumber}`,
    body: comment.body,
    user: userShape(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: authorAssociation(repository, comment.author),
    performed_via_github_app: comment.viaApp ? appShape(world) : null,
    reactions: {
      url: `${url}/issues/comments/${comment.id}/reactions`,
      total_count: reactions.length,
      ...Object.fromEntries(counts),
    },
  };
}

/** GitHub's `reaction`. */
export function reactionShape(world: World, reaction: Reaction): Json {
  return {
    id: reaction.id,
    node_id: nodeId("Reaction", reaction.id),
    user: userShape(world, reaction.author),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}
