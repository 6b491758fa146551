import { html } from "hono/html";
import type { RepositoryAddress } from "../forge.ts";
import { assetUrls } from "./assets.ts";
import type { PagesContext } from "./guard.ts";
import { withoutReordering } from "./text.ts";

/** Anything that `html` templates put into a page; strings in it are escaped. */
export type Markup = ReturnType<typeof html> | string;

export type Tab = "files" | "commits" | "branches" | "pulls" | "deployments";
export type PageStatus = 200 | 400 | 403 | 404 | 405 | 409 | 413 | 422 | 500;

export interface PageOptions {
  title: string;
  repository?: RepositoryAddress;
  tab?: Tab;
  /** Elements with these ids are loaded again when the server's stream of events says that something moved. */
  live?: { events: string; ids: string[] };
  status?: PageStatus;
}

const star = "M12 1.8l2.9 6.6 7.2.7-5.4 4.8 1.6 7L12 17.2l-6.3 3.7 1.6-7L1.9 9.1l7.2-.7z";

/** A whole page around `body`. */
export async function page(
  c: PagesContext,
  { title, repository, tab, live, status = 200 }: PageOptions,
  body: Markup,
): Promise<Response> {
  const { login, picture } = c.var.site;
  const current = (here: boolean) => (here ? html` aria-current="page"` : "");
  const markup = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · trueup sandbox</title>
<link rel="icon" href="${assetUrls.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrls.style}">
<script src="${assetUrls.script}" defer></script>
</head>
<body${live === undefined ? "" : html` data-events="${live.events}" data-live="${live.ids.join(" ")}"`}>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
  <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${star}"/></svg>trueup <span>sandbox</span></a>
  <nav aria-label="Main">
    <a href="/"${current(repository !== undefined || c.req.path === "/")}>Repositories</a>
    ${picture ? html`<a href="/picture"${current(c.req.path === "/picture")}>Picture</a>` : ""}
  </nav>
  <span class="who" title="You act as ${login}">${login}</span>
</header>
${repository === undefined ? "" : repositoryHead(repository, tab)}
<main id="main">${body}
${live === undefined ? "" : html`<p class="reload"><noscript><a href="">Reload</a> to see what has changed since.</noscript><span class="away-note" role="status">Not connected: what you see may be old. <a href="">Reload</a></span></p>`}
</main>
<footer>Everything here runs on this machine: a forge, a cluster, and trueup between them.</footer>
</body>
</html>`;
  return c.html(withoutReordering(String(markup)), status);
}

function repositoryHead(repository: RepositoryAddress, tab: Tab | undefined) {
  const base = `/${repository.fullName}`;
  const tabs: [Tab, string, string][] = [
    ["files", base, "Files"],
    ["pulls", `${base}/pulls`, "Pull requests"],
    ["commits", `${base}/commits`, "Commits"],
    ["branches", `${base}/branches`, "Branches"],
    ["deployments", `${base}/deployments`, "Deployments"],
  ];
  return html`<div class="repository-head">
  <p class="repository-name"><span>${repository.owner} /</span> <a href="${base}">${repository.name}</a></p>
  <nav class="tabs" aria-label="Repository">${tabs.map(
    ([name, href, text]) => html`<a href="${href}"${name === tab ? html` aria-current="page"` : ""}>${text}</a>`,
  )}</nav>
</div>`;
}

/** A page that says what went wrong and where to go on. */
export function sorry(
  c: PagesContext,
  {
    title,
    text,
    status,
    repository,
    back = repository === undefined
      ? { href: "/", text: "All repositories" }
      : { href: `/${repository.fullName}`, text: "To the repository" },
  }: {
    title: string;
    text: string;
    status: PageStatus;
    repository?: RepositoryAddress;
    /** Where to go on. */
    back?: { href: string; text: string };
  },
) {
  const options = { title, status, ...(repository === undefined ? {} : { repository }) };
  return page(
    c,
    options,
    html`<h1>${title}</h1><p class="note">${text}</p><p><a href="${back.href}">${back.text}</a></p>`,
  );
}
