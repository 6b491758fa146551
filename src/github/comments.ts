import { orUndefined } from "./octokit.ts";
import type { RepositoryAccess } from "./repository-access.ts";
import type { IssueComment, RepositoryClient } from "./repository-client.ts";

type Comments = Pick<
  RepositoryClient,
  "ownComments" | "comment" | "createComment" | "updateComment" | "reactToComment"
>;

export function comments({ octokit, appId, at }: RepositoryAccess): Comments {
  const { issues, reactions } = octokit.rest;
  return {
    async ownComments(number) {
      const wanted = { ...(await at()), issue_number: number, per_page: 100 };
      const found = await octokit.paginate(issues.listComments, wanted);
      return found
        .filter((comment) => comment.performed_via_github_app?.id === appId)
        .sort((one, other) => one.id - other.id)
        .map(fromGitHub);
    },
    async comment(number, commentId) {
      const answer = await orUndefined(issues.getComment({ ...(await at()), comment_id: commentId }));
      if (answer === undefined || !answer.data.issue_url.endsWith(`/${number}`)) return undefined;
      return fromGitHub(answer.data);
    },
    async createComment(number, body) {
      const { data } = await issues.createComment({ ...(await at()), issue_number: number, body });
      return fromGitHub(data);
    },
    async updateComment(commentId, body) {
      const answer = await orUndefined(issues.updateComment({ ...(await at()), comment_id: commentId, body }));
      return answer === undefined ? undefined : fromGitHub(answer.data);
    },
    async reactToComment(commentId, content) {
      // A comment that was deleted meanwhile needs no reaction.
      await orUndefined(reactions.createForIssueComment({ ...(await at()), comment_id: commentId, content }));
    },
  };
}

interface GitHubComment {
  id: number;
  body?: string;
  user: { login: string } | null;
  created_at: string;
  updated_at: string;
}

const fromGitHub = ({ id, body, user, created_at, updated_at }: GitHubComment): IssueComment => ({
  id,
  body: body ?? "",
  author: user?.login ?? "ghost",
  edited: created_at !== updated_at,
  createdAt: created_at,
  updatedAt: updated_at,
});
