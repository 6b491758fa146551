import { code } from "../../core/report/inert.ts";
import { within } from "../../core/report/within.ts";
import { plural } from "../../core/report/words.ts";
import type { Target } from "./rolled-back-tree.ts";

/** GitHub takes no title of more than 256 characters, and a system's name may have 63. */
const mostInTitle = 2;
/** Of characters; how many systems there are, and how many commits they go back to, is up to the repository. */
const most = { names: 8_000, namesOfOne: 400, commits: 60 };

export interface BackTo {
  /** `` `plat` back to `235dfe7`, `shop` to `adee35d` ``; inert. */
  whose: string;
  /** `Roll back plat to 235dfe7, shop to adee35d`; our own words alone, as systems' names are too. */
  title: string;
  /** The commits alone: `235dfe7, adee35d`. */
  commits: string;
}

/** Which systems a rollback takes back to which commits, in words. */
export function backTo(targets: readonly Target[]): BackTo {
  const backs = [...Map.groupBy(targets, ({ sha }) => sha.slice(0, 7))];
  const room = backs.length === 1 ? most.names : most.namesOfOne;
  const each = backs.map(([sha, those], at) => {
    const names = within(
      those.map(({ name }) => code(name)),
      room,
      (left) => `${left} more`,
    );
    return `${names.join(", ")} ${at === 0 ? "back " : ""}to \`${sha}\``;
  });
  const whose = within(each, 2 * most.names, (left) => `others to ${plural(left, "more commit")}`).join(", ");
  const commits = within(
    backs.map(([sha]) => sha),
    most.commits,
    (left) => `${left} more commits`,
  ).join(", ");
  const few = backs.map(([sha, those]) => `${those.map(({ name }) => name).join(", ")} to ${sha}`).join(", ");
  const many = `${plural(targets.length, "system")} to ${commits}`;
  return { whose, title: `Roll back ${targets.length <= mostInTitle ? few : many}`, commits };
}
