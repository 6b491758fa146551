import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { html } from "hono/html";
import { trimTrailingSlash } from "hono/trailing-slash";
import { Refused } from "../model/refused.ts";
import { serveAssets } from "./assets.ts";
import { checkPages } from "./check-pages.ts";
import { deploymentPages } from "./deployment-pages.ts";
import { editPages } from "./edit-pages.ts";
import { filesPages } from "./files-pages.ts";
import type { ForgeView } from "./forge-view.ts";
import { sentenceOf } from "./forms.ts";
import { guard, type PagesEnv, type Site } from "./guard.ts";
import { historyPages } from "./history-pages.ts";
import { type PageStatus, page, sorry } from "./layout.ts";
import { changes } from "./live.ts";
import { pullPages } from "./pull-pages.ts";
import { type RepositoryEnv, repositoryScope } from "./repository-scope.ts";
import { plural } from "./text.ts";

export interface PagesOptions {
  forge: ForgeView;
  /** Pages under `/picture`; none when absent. */
  picture?: Hono<PagesEnv>;
  now?: () => Date;
}

const largestForm = 4 * 1024 * 1024;

/**
 * The forge's pages, made on the server: they work without script, and follow what happens with it. Whoever opens them
 * acts as the forge's person, so they answer this machine only (`guard.ts`).
 */
export function forgePages({ forge, picture, now = () => new Date() }: PagesOptions): Hono {
  const site: Site = {
    login: forge.person.login,
    others: [forge.maintainer.login],
    picture: picture !== undefined,
    now,
  };
  const app = new Hono<PagesEnv>();
  app.use(guard(site));
  app.use(trimTrailingSlash());
  app.use(
    bodyLimit({ maxSize: largestForm, onError: (c) => c.text("That is too much for one form: 4 MB at most.\n", 413) }),
  );
  serveAssets(app);
  if (picture !== undefined) app.route("/picture", picture);

  app.get("/", (c) => {
    const repositories = forge.repositories();
    return page(
      c,
      { title: "Repositories" },
      html`<h1>Repositories</h1>
      ${
        repositories.length === 0
          ? html`<p class="note">There is none yet.</p>`
          : html`<ul class="box lines">${repositories.map(({ fullName, defaultBranch, private: hidden }) => {
              const open = forge.repository(fullName)?.pullRequests("open").length ?? 0;
              return html`<li><div class="grow"><a class="strong" href="/${fullName}">${fullName}</a> <span class="badge">${hidden ? "private" : "public"}</span>
              <div class="quiet">branch ${defaultBranch} · <a href="/${fullName}/pulls">${plural(open, "open pull request")}</a></div></div></li>`;
            })}</ul>`
      }
      ${picture === undefined ? "" : html`<p class="lead"><a class="button main" href="/picture">See the picture</a> <span class="quiet">what Git wants, beside what the cluster has</span></p>`}`,
    );
  });

  app.route("/:owner/:repo", repositoryPages(forge));
  app.notFound((c) => sorry(c, { title: "Nothing there", text: `There is no page ${c.req.path}.`, status: 404 }));
  app.onError((error, c) => {
    if (error instanceof Refused) {
      const status = (error.status === 404 || error.status === 409 ? error.status : 422) satisfies PageStatus;
      return sorry(c, { title: "That did not work", text: sentenceOf(error), status });
    }
    console.error("pages:", error);
    return sorry(c, {
      title: "Something broke",
      text: "The fault is ours; the sandbox's output says more.",
      status: 500,
    });
  });
  return new Hono().mount("/", app.fetch);
}

function repositoryPages(forge: ForgeView): Hono<RepositoryEnv> {
  const app = new Hono<RepositoryEnv>();
  app.use(repositoryScope(forge));
  filesPages(app);
  editPages(app);
  historyPages(app);
  pullPages(app);
  checkPages(app);
  deploymentPages(app);
  app.get("/events", (c) => {
    const { fullName } = c.var.repository.address;
    return changes(c, (changed) => forge.subscribe(({ repository }) => repository === fullName && changed()));
  });
  return app;
}
