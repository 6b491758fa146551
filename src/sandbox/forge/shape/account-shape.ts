import { account } from "../model/accounts.ts";
import type { Account } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { type Json, nodeId } from "./json.ts";

/** GitHub's `simple-user`. */
export function accountShape(world: World, who: Account): Json {
  const { web, api } = world.urls();
  const url = `${api}/users/${encodeURIComponent(who.login)}`;
  return {
    login: who.login,
    id: who.id,
    node_id: nodeId("User", who.id),
    avatar_url: `${web}/avatars/u/${who.id}`,
    gravatar_id: "",
    url,
    html_url: who.type === "Bot" ? `${web}/apps/${who.login.replace(/\[bot\]$/, "")}` : `${web}/${who.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: who.type,
    user_view_type: "public",
    site_admin: false,
  };
}

export function userShape(world: World, login: string): Json {
  const who = account(world, login);
  return accountShape(world, who ?? { id: 0, login: "ghost", type: "User", name: "ghost", createdAt: world.now() });
}

/** GitHub's `public-user`, as `GET /user` answers. */
export function profileShape(world: World, who: Account): Json {
  return {
    ...accountShape(world, who),
    name: who.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: who.createdAt,
    updated_at: who.createdAt,
  };
}
