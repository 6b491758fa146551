import { expect, test } from "vitest";
import { storable } from "../../src/store/storable.ts";

test("a value with a character that the store cannot keep is kept all the same, and everything else as it is", () => {
  const backslash = "\\u0000 written out, \\\\u0000 too";
  expect(storable({ before: "a\u0000b", after: `${backslash}\u0000`, list: ["\u0000"] })).toEqual({
    before: "a\ufffdb",
    after: `${backslash}\ufffd`,
    list: ["\ufffd"],
  });
  const plain = { text: backslash };
  expect(storable(plain)).toEqual(plain);
});
