import { expect, test } from "vitest";
import { withoutCredentialsInWords } from "../../../../src/core/manifest/credentials-in-text.ts";

const patch = "failed to create typed patch object (a/b; x.example/v1, Kind=Odd): ";

test.each([
  [
    `${patch}.spec.password: expected string, got &value.valueUnstructured{Value:"V}\\"V"}`,
    `${patch}.spec.password: expected string, got &value.valueUnstructured{Value:M}`,
  ],
  [
    `${patch}.spec.env[name="A"].value: expected string, got &value.valueUnstructured{Value:V}`,
    `${patch}.spec.env[name="A"].value: expected string, got &value.valueUnstructured{Value:M}`,
  ],
  [
    "errors:\n  .a: expected map, got &{V\nV}\n  .b: expected list, got &{V}\n  .c: field not declared in schema",
    "errors:\n  .a: expected map, got &{M}\n  .b: expected list, got &{M}\n  .c: field not declared in schema",
  ],
  ['spec.env[0].value: Invalid value: "V": is short', "spec.env[0].value: Invalid value: M: is short"],
  [
    'admission webhook "a" denied the request: password "V" is weak',
    'admission webhook "a" denied the request: password "M" is weak',
  ],
])(
  "what the API server quotes of a field of the wrong type is hidden, and where it stands is told: %s",
  (words, told) => {
    expect(withoutCredentialsInWords(words.replaceAll("V}\\", "hunter2}\\").replaceAll(/\bV\b/g, "hunter2"))).toBe(
      told.replaceAll(/\bM\b/g, "********"),
    );
  },
);
