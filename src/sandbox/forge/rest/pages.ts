import type { ApiContext } from "./api.ts";

export interface Page {
  number: number;
  size: number;
}

/** `page` and `per_page` as GitHub reads them: nonsense means the default, never an error. */
export function pageOf(c: ApiContext): Page {
  const positive = (text: string | undefined, fallback: number): number => {
    const value = Number.parseInt(text ?? "", 10);
    return value > 0 ? value : fallback;
  };
  return {
    number: Math.min(positive(c.req.query("page"), 1), 1_000_000),
    size: Math.min(positive(c.req.query("per_page"), 30), 100),
  };
}

/** The asked page of a whole list; says in `Link` where the others are. */
export function paged<T>(c: ApiContext, here: string, items: readonly T[]): T[] {
  const page = pageOf(c);
  const last = Math.max(1, Math.ceil(items.length / page.size));
  link(c, here, page, last, page.number < last);
  return items.slice((page.number - 1) * page.size, page.number * page.size);
}

/** For lists whose end is not known: one more than the page's size was looked up. */
export function pagedOpenEnd<T>(c: ApiContext, here: string, oneMore: readonly T[]): T[] {
  const page = pageOf(c);
  link(c, here, page, undefined, oneMore.length > page.size);
  return oneMore.slice(0, page.size);
}

function link(c: ApiContext, here: string, page: Page, last: number | undefined, more: boolean): void {
  const to = (number: number, rel: string): string => {
    const url = new URL(here);
    for (const [name, value] of Object.entries(c.req.query())) url.searchParams.set(name, value);
    url.searchParams.set("page", String(number));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [];
  if (page.number > 1) links.push(to(page.number - 1, "prev"));
  if (more) links.push(to(page.number + 1, "next"));
  if (more && last !== undefined) links.push(to(last, "last"));
  if (page.number > 1) links.push(to(1, "first"));
  if (links.length > 0) c.header("link", links.join(", "));
}
