import type { Hono } from "hono";
import { html } from "hono/html";
import type { Deployment, DeploymentStatus } from "../model/records.ts";
import { ago } from "./moments.ts";
import { type RepositoryContext, type RepositoryEnv, repositoryPage } from "./repository-scope.ts";

const tones: Record<DeploymentStatus["state"], string> = {
  ...{ success: "good", failure: "bad", error: "bad", in_progress: "waiting", queued: "waiting", pending: "waiting" },
  inactive: "plain",
};

/** What was deployed where, newest first, and how each went. */
export function deploymentPages(app: Hono<RepositoryEnv>): void {
  app.get("/deployments", (c) => {
    const { repository, at } = c.var;
    const deployments = repository.deployments();
    return repositoryPage(
      c,
      {
        title: `Deployments · ${repository.address.fullName}`,
        tab: "deployments",
        live: { events: at.events, ids: ["deployments"] },
      },
      html`<h1>Deployments</h1><div id="deployments">${
        deployments.length === 0
          ? html`<p class="note">Nothing was deployed yet. Merging a pull request makes a deployment for every system that it concerns.</p>`
          : html`<ul class="box lines">${deployments.map((one) => deploymentLine(c, one))}</ul>`
      }</div>`,
    );
  });
}

function deploymentLine(
  { var: { at, site } }: RepositoryContext,
  {
    id,
    environment,
    sha,
    ref,
    createdAt,
    description,
    creator,
    statuses,
  }: Deployment & { statuses: DeploymentStatus[] },
) {
  const [newest] = statuses;
  const state = newest?.state ?? "pending";
  const told = newest?.description || description || "";
  return html`<li data-key="${id} ${state}"><span class="check-word ${tones[state]}">${words(state)}</span>
    <div class="grow"><b>${environment}</b> <a href="${at.commit(sha)}"><code>${sha.slice(0, 7)}</code></a>${told === "" ? "" : html`<div class="breaks">${told}</div>`}
    <div class="quiet">${ref === sha ? "" : html`${ref} · `}by ${creator} · ${ago(createdAt, site.now())}</div>
    ${
      statuses.length < 2
        ? ""
        : html`<details class="more"><summary>${statuses.length} steps</summary><ol class="steps">${[...statuses]
            .reverse()
            .map(
              (status) =>
                html`<li><b>${words(status.state)}</b> ${status.description} <span class="quiet">${status.createdAt.slice(11, 19)} UTC</span></li>`,
            )}</ol></details>`
    }</div></li>`;
}

const words = (state: DeploymentStatus["state"]): string => state.replace("_", " ");
