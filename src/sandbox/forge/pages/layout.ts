import { html } from "hono/html";
import type { RepositoryAddress } from "../forge.ts";
import { assetUrls } from "./assets.ts";
import type { PagesContext } from "./guard.ts";

/** Anything that `html` templates put into a page; strings in it are escaped. */
export type Markup = ReturnType<typeof html> | string;

export type Tab = "files" | "commits" | "branches" | "pulls" | "deployments";

export interface PageOptions {
  title: string;
  repository?: RepositoryAddress;
  tab?: Tab;
  /** Elements with these ids are loaded again when the server says that something moved. */
  live?: { events: string; ids: string[] };
  /** Seconds after which the page loads again in a browser without script. */
  refresh?: number;
  status?: 200 | 400 | 404 | 409 | 422 | 500;
}

/** A whole page around `body`. */
export function page(
  c: PagesContext,
  { title, repository, tab, live, refresh, status = 200 }: PageOptions,
  body: Markup,
) {
  const { login } = c.get("session");
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · trueup sandbox</title>
<link rel="icon" href="${assetUrls.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrls.style}">
${refresh === undefined ? "" : html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>`}
<script src="${assetUrls.script}" defer></script>
</head>
<body${live === undefined ? "" : html` data-events="${live.events}" data-live="${live.ids.join(" ")}"`}>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
  <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 1.8l2.9 6.6 7.2.7-5.4 4.8 1.6 7L12 17.2l-6.3 3.7 1.6-7L1.9 9.1l7.2-.7z"/></svg>trueup <span>sandbox</span></a>
  <nav aria-label="Main">
    <a href="/"${repository === undefined ? "" : html` class="here"`}>Repository</a>
    <a href="/picture"${title === "The picture" ? html` aria-current="page"` : ""}>The picture</a>
  </nav>
  <span class="who">${login === undefined ? html`<a href="/login?next=${encodeURIComponent(c.req.path)}">Log in</a>` : login}</span>
</header>
${repository === undefined ? "" : repositoryHead(repository, tab)}
<main id="main">${body}</main>
<footer>Everything here runs on this machine: a forge, a cluster, and the real trueup between them.</footer>
</body>
</html>`,
    status,
  );
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

/** The start of every form: without this token a POST is refused. */
export function token(c: PagesContext) {
  return html`<input type="hidden" name="token" value="${c.get("session").token}">`;
}

/** A page that says what went wrong and where to go on. */
export function sorry(
  c: PagesContext,
  {
    title,
    text,
    status,
    repository,
  }: { title: string; text: string; status: 400 | 404 | 409 | 422 | 500; repository?: RepositoryAddress },
) {
  const options = { title, status, ...(repository === undefined ? {} : { repository }) };
  const back = repository === undefined ? "/" : `/${repository.fullName}`;
  return page(
    c,
    options,
    html`<h1>${title}</h1><p class="note">${text}</p><p><a href="${back}">Back to the start</a></p>`,
  );
}
