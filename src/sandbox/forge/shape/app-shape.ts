import { account } from "../model/accounts.ts";
import type { Installation, Permissions } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { userShape } from "./account-shape.ts";
import { type Json, nodeId } from "./json.ts";

/** GitHub's `integration`. */
export function appShape(world: World): Json {
  const { app } = world;
  return {
    id: app.id,
    slug: app.slug,
    client_id: `Iv1.${app.id.toString(16).padStart(16, "0")}`,
    node_id: nodeId("App", app.id),
    owner: userShape(world, app.owner),
    name: app.name,
    description: "GitOps by pull request: read the plan, merge to deploy.",
    external_url: `${world.urls().web}/apps/${app.slug}`,
    html_url: `${world.urls().web}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

/** GitHub's `installation`. */
export function installationShape(world: World, installation: Installation): Json {
  const { app } = world;
  const { web, api } = world.urls();
  const owner = account(world, installation.account);
  return {
    id: installation.id,
    account: userShape(world, installation.account),
    repository_selection: "all",
    access_tokens_url: `${api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${api}/installation/repositories`,
    html_url: `${web}/settings/installations/${installation.id}`,
    app_id: app.id,
    client_id: `Iv1.${app.id.toString(16).padStart(16, "0")}`,
    app_slug: app.slug,
    target_id: owner?.id ?? 0,
    target_type: owner?.type ?? "User",
    permissions: app.permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

/** GitHub's `installation-token`. */
export function installationTokenShape(
  token: string,
  expiresAt: string,
  permissions: Permissions,
  repositories?: Json[],
): Json {
  return {
    token,
    expires_at: expiresAt,
    permissions,
    repository_selection: repositories === undefined ? "all" : "selected",
    ...(repositories === undefined ? {} : { repositories }),
  };
}
