import { Marked, type Tokens } from "marked";
import sanitize from "sanitize-html";

/**
 * GitHub Flavored Markdown to HTML that is safe to put into a page. What the text may say is GitHub's list of elements and
 * attributes; everything else is taken out after rendering, so it does not matter how it got in.
 *
 * @param base path of the repository (`/owner/name`), for `#12` and relative links
 * @param folder where relative links start: `/owner/name/blob/main`
 */
export function markdown(text: string, { base, folder }: { base: string; folder?: string }): string {
  const rendered = reader(base).parse(text, { async: false });
  return sanitize(rendered, {
    ...allowed,
    transformTags: {
      ...allowed.transformTags,
      a: (tagName, { href = "", ...attributes }) => ({
        tagName,
        attribs: { ...attributes, href: relativeTo(href, folder), rel: "nofollow noopener" },
      }),
    },
  });
}

function relativeTo(href: string, folder: string | undefined): string {
  if (folder === undefined || href === "" || /^([a-z][a-z0-9+.-]*:|\/|#|\?)/i.test(href)) return href;
  return `${folder}/${href}`;
}

const alerts: Record<string, string> = {
  NOTE: "Note",
  TIP: "Tip",
  IMPORTANT: "Important",
  WARNING: "Warning",
  CAUTION: "Caution",
};

function reader(base: string): Marked {
  const marked = new Marked({ gfm: true, breaks: false });
  marked.use({
    renderer: {
      blockquote({ tokens }: Tokens.Blockquote) {
        const body = this.parser.parse(tokens);
        const match = /^\s*<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*(?:<br>)?\s*/.exec(body);
        if (match === null) return `<blockquote>${body}</blockquote>\n`;
        const word = match[1]!;
        const rest = `<p>${body.slice(match[0].length)}`.replace(/^<p>\s*<\/p>/, "");
        const name = word.toLowerCase();
        return `<div class="alert alert-${name}"><p class="alert-title">${alerts[word]}</p>${rest}</div>\n`;
      },
      code({ text, lang }: Tokens.Code) {
        if (lang !== "diff") return `<pre><code>${escaped(text)}\n</code></pre>\n`;
        const lines = text.split("\n").map((line) => {
          const kind = line.startsWith("+")
            ? "add"
            : line.startsWith("-")
              ? "del"
              : line.startsWith("@@")
                ? "hunk"
                : "";
          return kind === "" ? escaped(line) : `<span class="line-${kind}">${escaped(line)}</span>`;
        });
        return `<pre><code>${lines.join("\n")}\n</code></pre>\n`;
      },
    },
    extensions: [
      {
        name: "reference",
        level: "inline",
        start: (source: string) => source.search(/#\d/),
        tokenizer(source: string) {
          const match = /^#(\d{1,9})\b/.exec(source);
          return match === null ? undefined : { type: "reference", raw: match[0], number: match[1] };
        },
        renderer: ({ number }) => `<a href="${escaped(base)}/pull/${number}">#${number}</a>`,
      },
    ],
  });
  return marked;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const blocks =
  "h1 h2 h3 h4 h5 h6 p div blockquote pre ol ul li dl dt dd table thead tbody tfoot tr th td hr details summary";
const phrases =
  "a b i strong em s strike del ins sub sup code kbd samp var q tt br img span abbr cite dfn mark small bdo time wbr ruby rt rp input";

/** As GitHub's sanitiser (jch/html-pipeline's list), with the classes that the reader above writes. */
const allowed: sanitize.IOptions = {
  allowedTags: `${blocks} ${phrases}`.split(" "),
  allowedAttributes: {
    "*": ["align", "title", "lang", "dir"],
    a: ["href", "rel"],
    img: ["src", "alt", "width", "height"],
    input: ["type", "checked", "disabled"],
    details: ["open"],
    ol: ["start"],
    th: ["colspan", "rowspan"],
    td: ["colspan", "rowspan"],
    time: ["datetime"],
  },
  allowedClasses: {
    div: ["alert", "alert-note", "alert-tip", "alert-important", "alert-warning", "alert-caution"],
    p: ["alert-title"],
    span: ["line-add", "line-del", "line-hunk"],
  },
  allowedSchemes: ["http", "https", "mailto"],
  allowProtocolRelative: false,
  disallowedTagsMode: "discard",
  transformTags: {
    // Only the ticks of a task list, and nobody can press them.
    input: (tagName, { checked }) => ({
      tagName,
      attribs: { type: "checkbox", disabled: "", ...(checked === undefined ? {} : { checked: "" }) },
    }),
  },
};
