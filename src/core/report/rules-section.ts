import type { RuleChange } from "../config/rule-changes.ts";
import { leftBehind } from "../plan/guards/empty-render.ts";
import { code } from "./inert.ts";
import { countWithin } from "./within.ts";

/** What a pull request changes in `.trueup.yaml`, apart from the objects. */
export interface RulesReport {
  /** Names of systems that it adds. */
  added: readonly string[];
  /** Of systems that it takes out. */
  removed: readonly string[];
  changes: readonly RuleChange[];
}

/** Of a system that moves to another cluster: nobody looks after the former one for it. */
const leftThere = "stay there and are no longer kept true";

const mostLines = 12;
const mostCharacters = 6_000;

/** As an alert: a warning when something is guarded less, or not looked after any more; empty when nothing changes. */
export function rulesSection({ added, removed, changes }: RulesReport): string {
  const lines = [
    ...changes.map(
      ({ system, rule, before, after, loosens }) =>
        `${loosens ? "**Loosens**" : "Changes"} \`${rule}\` of ${code(system)}: ${code(before)} → ${code(after)}${rule === "cluster" ? `. Its objects in ${code(before)} ${leftThere}` : ""}`,
    ),
    ...added.map((name) => `Adds system ${code(name)}`),
    ...removed.map((name) => `**Takes out** system ${code(name)}: its objects ${leftBehind}`),
  ];
  if (lines.length === 0) return "";
  const first = lines.slice(0, mostLines).map((line) => `> ${line}`);
  const shown = first.slice(0, countWithin(first, mostCharacters));
  if (lines.length > shown.length) shown.push(`> … and ${lines.length - shown.length} more, in \`.trueup.yaml\``);
  const level = removed.length > 0 || changes.some(({ loosens }) => loosens) ? "WARNING" : "NOTE";
  return `> [!${level}]\n${shown.join("  \n")}`;
}

/** For the first line: `**2 rules loosened**`, `1 rule changed`, or nothing. */
export function rulesInShort({ changes }: RulesReport): string {
  const loosened = changes.filter(({ loosens }) => loosens).length;
  const [count, what] = loosened > 0 ? [loosened, "loosened"] : [changes.length, "changed"];
  if (count === 0) return "";
  const text = `${count} rule${count === 1 ? "" : "s"} ${what}`;
  return loosened > 0 ? `**${text}**` : text;
}
