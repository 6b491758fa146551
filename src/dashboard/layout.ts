import type { Context } from "hono";
import { html } from "hono/html";
import { assetUrls } from "./assets.ts";

/** Anything that `html` templates put into a page; strings in it are escaped. */
export type Markup = ReturnType<typeof html> | string;

export interface PageOptions {
  title: string;
  /** Who is signed in, and where to go on after signing out. */
  signedIn?: { login: string; signOut: string; to: string };
  status?: 200 | 400 | 403 | 404 | 500 | 503;
}

const star = "M12 1.8l2.9 6.6 7.2.7-5.4 4.8 1.6 7L12 17.2l-6.3 3.7 1.6-7L1.9 9.1l7.2-.7z";

/** A whole page around `body`. */
export async function page(
  c: Context,
  { title, signedIn, status = 200 }: PageOptions,
  body: Markup,
): Promise<Response> {
  const markup = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · trueup</title>
<link rel="icon" href="${assetUrls.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrls.style}">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<p class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${star}"/></svg>trueup</p>
${
  signedIn === undefined
    ? ""
    : html`<form method="post" action="${signedIn.signOut}"><input type="hidden" name="to" value="${signedIn.to}"><span>${signedIn.login}</span> <button>Sign out</button></form>`
}
</header>
<main id="main">
${body}
</main>
</body>
</html>`;
  return c.html(markup, status);
}

/** A page that says why there is nothing more to see. */
export function sorry(
  c: Context,
  {
    title,
    text,
    status,
    more = "",
  }: { title: string; text: string; status: PageOptions["status"] & {}; more?: Markup },
): Promise<Response> {
  return page(c, { title, status }, html`<h1>${title}</h1><p class="note">${text}</p>${more}`);
}
