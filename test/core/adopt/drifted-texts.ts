import { type Drifted, gone, ref, set } from "./drifted.ts";

const settings = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
data:
  # read at start
  LEVEL: info
  when: !!str 2024
  single: 'it''s here'  # apostrophe
  double: "a\\tb"
  long: >-
    Words that are
    folded over
    lines.

    And a second paragraph.
  kept: |+
    one
    two

  indented: |2
      margin
    text
  app.properties: |   # the program's own
    # comment of the program
    a = 1

    b=2
  empty:
  last: "no"   # the end
`;
const configMap = ref("v1", "ConfigMap", "settings", "shop");

const config = (name: string, key: string, to: string, diff: string[]): Drifted => ({
  name,
  content: settings,
  object: configMap,
  changes: [set(to, "data", key)],
  diff,
});

export const texts: Drifted[] = [
  config(
    "text that kubectl would take for a boolean gets quotes",
    "LEVEL",
    "off",
    ["-  LEVEL: info", "+  LEVEL: 'off'"].map((line) => line.replaceAll("'", '"')),
  ),
  config("text that is no YAML without quotes gets them", "LEVEL", "a: b #c", [
    "-  LEVEL: info",
    '+  LEVEL: "a: b #c"',
  ]),
  config("text with invisible characters is escaped", "LEVEL", "a\u200Bb", ["-  LEVEL: info", '+  LEVEL: "a\\u200bb"']),
  config("one line becomes two", "LEVEL", "a\nb\n", ["-  LEVEL: info", "+  LEVEL: |", "+    a", "+    b"]),
  config("a tag stays", "when", "2025", ["-  when: !!str 2024", '+  when: !!str "2025"']),
  config("an apostrophe in single quotes", "single", "that's there", [
    "-  single: 'it''s here'  # apostrophe",
    "+  single: 'that''s there'  # apostrophe",
  ]),
  config("single quotes that cannot hold the new text", "single", "a\tb\n", [
    "-  single: 'it''s here'  # apostrophe",
    '+  single: "a\\tb\\n"  # apostrophe',
  ]),
  config("escapes in double quotes", "double", 'a\t"c"', ['-  double: "a\\tb"', '+  double: "a\\t\\"c\\""']),
  config(
    "a word of a folded text: its other lines stay as they are",
    "long",
    "Words that are folded into lines.\nAnd a second paragraph.",
    ["-    folded over", "+    folded into"],
  ),
  config("another end of a folded text", "long", "Words that are folded over lines.\nAnd a third one.", [
    "-    And a second paragraph.",
    "+    And a third one.",
  ]),
  config("a line of a text whose blank lines at the end count", "kept", "one\n2\n\n", ["-    two", "+    2"]),
  config("a text that begins with blanks", "indented", "  margin\nnew\ntext\n", ["+    new"]),
  config("a line of a program's own configuration", "app.properties", "# comment of the program\na = 1\n\nb=3\nc=4\n", [
    "-    b=2",
    "+    b=3",
    "+    c=4",
  ]),
  config("a text that loses its last line break", "app.properties", "# comment of the program\na = 1\n\nb=2", [
    "-  app.properties: |   # the program's own",
    "+  app.properties: |-   # the program's own",
  ]),
  config("a script that becomes one line", "app.properties", "off", [
    "-  app.properties: |   # the program's own",
    "-    # comment of the program",
    "-    a = 1",
    "-",
    "-    b=2",
    "+  app.properties: |-   # the program's own",
    "+    off",
  ]),
  config("a key without a value", "empty", "full", ["-  empty:", "+  empty: full"]),
  {
    name: "a key behind the last, which has a comment and quotes",
    content: settings,
    object: configMap,
    changes: [set("0o17", "data", "mode")],
    diff: ['+  mode: "0o17"'],
  },
  {
    name: "a key that is gone, and not the comment above it",
    content: settings,
    object: configMap,
    changes: [gone("data", "LEVEL")],
    diff: ["-  LEVEL: info"],
  },
  {
    name: "a text over many lines that is gone",
    content: settings,
    object: configMap,
    changes: [gone("data", "kept")],
    diff: ["-  kept: |+", "-    one", "-    two"],
  },
];
