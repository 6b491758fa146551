import type { Json } from "../../../src/core/manifest/kube-object.ts";
import type { Chance } from "./random.ts";

interface Habits {
  eol: string;
  step: number;
  listStep: number;
  gap: number;
  comments: boolean;
}

/** The same values written as many different people would write them, comments numbered so that none can be lost unseen. */
export function oddYaml(values: readonly Json[], chance: Chance): string {
  let comments = 0;
  const documents = values.map((value) => {
    const habits: Habits = {
      eol: "\n",
      step: chance.pick([2, 2, 3, 4]),
      listStep: chance.pick([0, 2, 2, 4]),
      gap: chance.pick([2, 2, 4]),
      comments: !chance.oneIn(4),
    };
    const comment = () => `# comment ${++comments}${chance.oneIn(3) ? ": a\t[b] {c}" : ""}`;
    return write(value, 0, chance, habits, comment).replace(/^\n/, "");
  });
  const marked = documents.map((text, at) =>
    at > 0 || chance.oneIn(3) ? `---${chance.oneIn(3) ? " # next" : ""}\n${text}` : text,
  );
  const text = marked.join("\n") + (chance.oneIn(4) ? "" : "\n");
  const broken = chance.oneIn(4) ? text.replaceAll("\n", "\r\n") : text;
  return chance.oneIn(6) ? `\uFEFF${broken}` : broken;
}

/** What follows a key's `:` or a document's mark. */
function write(value: Json, column: number, chance: Chance, habits: Habits, comment: () => string): string {
  const trailing = () => (habits.comments && chance.oneIn(4) ? `${" ".repeat(1 + chance.number(3))}${comment()}` : "");
  const above = (margin: string) =>
    habits.comments && chance.oneIn(6) ? `\n${margin}${comment()}` : chance.oneIn(12) ? "\n" : "";
  if (typeof value === "string" && value.includes("\n") && /^\S/.test(value) && !chance.oneIn(5)) {
    const breaks = value.length - value.replace(/\n+$/, "").length;
    const margin = " ".repeat(column + chance.pick([1, 2, 4]));
    const lines = value.replace(/\n+$/, "").split("\n");
    const mark = breaks === 0 ? "-" : breaks === 1 ? "" : "+";
    return ` |${mark}${trailing()}${lines.map((line) => `\n${line === "" ? "" : margin + line}`).join("")}${"\n".repeat(Math.max(0, breaks - 1))}`;
  }
  if (value === null || typeof value !== "object") return ` ${scalar(value, chance)}${trailing()}`;
  if (Object.keys(value).length === 0 || (column > 0 && chance.oneIn(6))) return ` ${flow(value, chance)}${trailing()}`;
  const margin = " ".repeat(column);
  if (Array.isArray(value)) {
    const dash = `-${" ".repeat(habits.gap - 1)}`;
    const items = value.map((item) => {
      const text = write(item, column + habits.gap, chance, habits, comment);
      const inner =
        text.startsWith("\n") && !text.startsWith("\n\n") && !/^\n *#/.test(text) ? text.trimStart() : undefined;
      return `${above(margin)}\n${margin}${inner === undefined ? `-${text}` : dash + inner}`;
    });
    return items.join("");
  }
  const fields = Object.entries(value).map(([key, inner]) => {
    const child = column + (Array.isArray(inner) ? habits.listStep : habits.step);
    const text = write(inner, child, chance, habits, comment);
    const after = text.startsWith("\n") ? trailing() : "";
    return `${above(margin)}\n${margin}${name(key, chance)}:${after}${text}`;
  });
  return fields.join("");
}

function flow(value: Json, chance: Chance): string {
  if (value === null || typeof value !== "object") return scalar(value, chance, true);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const pad = chance.oneIn(3) ? " " : "";
  const items = Array.isArray(value)
    ? value.map((item) => flow(item, chance))
    : Object.entries(value).map(([key, item]) => `${name(key, chance)}: ${flow(item, chance)}`);
  const comma = items.length > 0 && chance.oneIn(5) ? "," : "";
  return `${open}${pad}${items.join(chance.pick([", ", ",  "]))}${comma}${pad}${close}`;
}

function name(key: string, chance: Chance): string {
  return /^[a-z][\w./-]{3,}$/i.test(key) && !chance.oneIn(8) ? key : JSON.stringify(key);
}

function scalar(value: null | boolean | number | string, chance: Chance, inFlow = false): string {
  if (value === null) return chance.pick(["null", "~"]);
  if (typeof value !== "string") return String(value);
  if (/^[a-z][a-z ]*[a-z]{4}$/.test(value) && !chance.oneIn(3)) return value;
  if (!inFlow && /^[a-z][\w./:=-]{4,}$/.test(value) && !value.endsWith(":") && !chance.oneIn(3)) return value;
  const escaped = JSON.stringify(value).replace(
    /[\u0085\uFEFF]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return /[\p{Cc}\uFEFF]/u.test(value) || chance.oneIn(2) ? escaped : `'${value.replaceAll("'", "''")}'`;
}
