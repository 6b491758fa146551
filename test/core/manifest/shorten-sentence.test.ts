import { describe, expect, test } from "vitest";
import { shortenSentence } from "../../../src/core/manifest/shorten-sentence.ts";
import { inShort } from "../../../src/core/report/in-short.ts";
import { prose } from "../../../src/core/report/inert.ts";

const violations =
  'pods "web" is forbidden: violates PodSecurity "restricted:latest": privileged (container "web" must not set securityContext.privileged=true), allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")';
const names = [
  "privileged",
  "allowPrivilegeEscalation != false",
  "unrestricted capabilities",
  "runAsNonRoot != true",
  "seccompProfile",
];

describe("the server's words, where there is no room for all of them", () => {
  test.each([300, 400, 500])("in %i characters each Pod Security violation keeps its name", (most) => {
    const short = shortenSentence(violations, most);
    expect(short.length).toBeLessThanOrEqual(most);
    for (const name of names) expect(short).toContain(`${name} (`);
  });

  test("end at a word, so that what they are about stays", () => {
    const refused =
      'configmaps "x2" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=3, limited: configmaps=3';
    expect(shortenSentence(refused, 60)).toBe('configmaps "x2" is forbidden: exceeded quota: q…');
    expect(inShort(`${refused} and more of that kind`)).toBe(`${refused}…`);
  });

  test("a word without an end is cut where the room ends", () => {
    expect(shortenSentence("x".repeat(50), 20)).toBe(`${"x".repeat(18)}…`);
  });

  test("a name whose backtick they have opened is closed", () => {
    expect(shortenSentence("a word and `a name that goes on for long` and more", 30)).toBe("a word and `a name that…`");
  });

  test("what fits is left as it is", () => {
    expect(shortenSentence(violations, violations.length)).toBe(violations);
  });
});

test("a heading names the violations, and leaves to the alert what is to be done about each", () => {
  const short = inShort(violations.replace("restricted:latest", "r").replace('pods "web" is forbidden: ', ""));
  expect(short).toBe(
    'violates PodSecurity "r": privileged, allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot !=…',
  );
});

test("a finding shows the violations' names, and no half of a word", () => {
  const shown = prose(violations.replaceAll('"web"', '"web", "side", "proxy", "first", "second"'), "table");
  for (const name of names) expect(shown).toContain(name);
});
