import sanitize from "sanitize-html";
import { expect, test } from "vitest";
import { markSilent } from "../../src/store/plans.ts";
import { deployment, planOf } from "../core/report/planned.ts";
import { type Jar, openDashboard, planPage } from "./browser.ts";

const hostile = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "</code></details></main><iframe src=https://evil.example>",
  '" onmouseover="alert(1)',
  "' autofocus onfocus='alert(1)",
  "<!--",
  "-->",
  "<style>*{display:none}",
  "<base href=https://evil.example>",
  "<svg/onload=alert(1)>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "`<b>`bold`</b>`",
  "<meta http-equiv=refresh content=0;url=//evil.example>",
  "javascript:alert(1)",
  "\u0007<script>",
  "admin\u202egnp.exe",
  "zero\u200bwidth",
  "line\r+ forged",
];

/** Every element of a page with its attributes' names, and every address in it, as a parser of HTML reads it. */
function partsOf(page: string): { elements: string[]; addresses: string[] } {
  const elements = new Set<string>();
  const addresses = new Set<string>();
  sanitize(page, {
    allowedTags: false,
    allowedAttributes: false,
    allowVulnerableTags: true,
    onOpenTag(name, attributes) {
      elements.add([name, ...Object.keys(attributes).sort()].join(" "));
      for (const at of ["href", "src", "action"]) if (attributes[at] !== undefined) addresses.add(attributes[at]);
    },
  });
  return { elements: [...elements].sort(), addresses: [...addresses].sort() };
}

const planFull = (text: string) =>
  planOf(
    [
      deployment({
        kind: text,
        name: text,
        namespace: text,
        reason: text,
        file: text,
        line: 1,
        drifted: true,
        risks: [{ kind: "exposes", text }],
        fields: [
          { path: text, cause: "drift", before: text, after: `${text}x`, manager: text, time: text },
          { path: text, cause: "pull-request", before: [text], after: "" },
          { path: "data.long", cause: "pull-request", before: `${text}\n`.repeat(30), after: `${text}!\n` },
          { path: "data.other", cause: "pull-request", before: "a\n".repeat(1100), after: `${text}\n`.repeat(1100) },
        ],
      }),
      deployment({ action: "held", name: text, reason: text }),
    ],
    {
      system: text,
      cluster: text,
      liveAsOf: text,
      approval: { tree: text, deletes: [], approvers: [text] },
      findings: [
        { file: text, line: 1, column: 1, severity: "error", rule: "x", message: text, pointer: "" },
        { file: text, line: 1, column: 1, severity: "warning", rule: "x", message: text, pointer: "" },
      ],
    },
  );

test("whatever names, values and messages hold, the page has no other elements, attributes and addresses than with plain words", async () => {
  const { db, ask, save, signIn } = await openDashboard();
  const jar: Jar = new Map();
  await signIn(jar);
  // A system of its own for each text; all of them are taken out again by the next pull request.
  const read = async (text: string, number: number) => {
    await save(planFull(text), number);
    await save({ ...planFull(text), system: `${text} elsewhere`, cluster: `${text} elsewhere` }, number);
    await markSilent(db, new Date());
    const page = await (await ask(`/plans/7/${number}`, { jar })).text();
    const { elements, addresses } = partsOf(page);
    return { page, elements, addresses: addresses.map((address) => address.replaceAll(`/${number}`, "/N")) };
  };
  const plain = await read("<plain> `name` here", 100);
  expect(plain.elements).toContain("details open");
  expect(plain.page).toContain("agent is silent");
  for (const [index, text] of hostile.entries()) {
    const { page, elements, addresses } = await read(text, 101 + index);
    expect(elements, text).toEqual(plain.elements);
    expect(addresses, text).toEqual(plain.addresses);
    expect(page, text).not.toMatch(/\p{Cf}|(?![\n\t])\p{Cc}/u);
  }
});

test("what somebody looks for is inert too", async () => {
  const { ask, save, signIn } = await openDashboard();
  await save(planOf([deployment()]));
  const jar: Jar = new Map();
  await signIn(jar);
  const read = async (find: string) =>
    partsOf(await (await ask(`${planPage}?${new URLSearchParams({ find })}`, { jar })).text());
  const plain = await read("nothing like it");
  for (const text of hostile) expect(await read(text)).toEqual(plain);
});
