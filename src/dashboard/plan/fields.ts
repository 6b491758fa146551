import { html } from "hono/html";
import type { Json } from "../../core/manifest/kube-object.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import { causeOf, plain } from "../../core/report/cause.ts";
import { apartFromDrift, changesUnseen, diffLines, isLeft, isText } from "../../core/report/text-diff.ts";
import type { Markup } from "../layout.ts";
import { inWords, name, shown } from "./foreign.ts";

/** The changed fields of one object, all of them: scalars as a table, texts as diffs. */
export function fields(changes: readonly FieldChange[]): Markup {
  const scalars = changes.filter((field) => !isText(field));
  const texts = changes.filter(isText).flatMap(apartFromDrift);
  return html`${scalars.length === 0 ? "" : table(scalars)}${texts.map(text)}`;
}

function table(changes: readonly FieldChange[]): Markup {
  return html`<table class="fields">
<thead><tr><th>field</th><th>now</th><th>after merging</th><th>why</th></tr></thead>
<tbody>${changes.map(
    (
      field,
    ) => html`<tr><th scope="row">${name(field.path)}</th><td data-is="now">${value(field.before)}</td><td data-is="after merging">${after(field)}</td><td class="why">${inWords(causeOf(field))}</td></tr>
`,
  )}</tbody>
</table>`;
}

/** What both columns would tell alike stands in the first alone. */
function after(field: FieldChange): Markup {
  return changesUnseen(field) ? "changed" : isLeft(field) ? "the same" : value(field.after);
}

function value(json: Json | undefined): Markup {
  if (json === undefined) return "–";
  if (json === "") return html`<i>empty</i>`;
  return name(plain(json));
}

function text(field: FieldChange): Markup {
  return html`<div class="text"><p>${name(field.path)} · ${inWords(causeOf(field))}</p>${lines(field)}</div>`;
}

function lines(field: FieldChange): Markup {
  if (isLeft(field)) return "";
  if (changesUnseen(field)) return html`<p class="quiet">Nothing else of it changes.</p>`;
  const told = diffLines(field, Number.POSITIVE_INFINITY);
  if (told !== undefined) return html`<pre class="diff">${told.map(diffLine)}</pre>`;
  return html`<p class="quiet">Too different to show line by line.</p>${whole("now", field.before)}${whole("after merging", field.after)}`;
}

function diffLine(line: string): Markup {
  const kind = ({ "+": "add", "-": "del", "@": "hunk" } as Record<string, string>)[line.charAt(0)];
  return html`<span class="${kind ?? "same"}">${shown(line)}</span>`;
}

function whole(when: string, json: Json | undefined): Markup {
  if (json === undefined) return "";
  const text = typeof json === "string" ? json.replaceAll("\r\n", "\n") : JSON.stringify(json, null, 2);
  return html`<details><summary>${when}</summary><pre>${shown(text)}</pre></details>`;
}
