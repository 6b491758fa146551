import { durationMs } from "../../core/config/duration.ts";

/** What somebody asked for in the first line of a comment. */
export type UserCommand =
  | { name: "plan"; sha: string | undefined }
  | { name: "sync"; system: string | undefined }
  | { name: "rollback"; sha: string | undefined }
  | { name: "approve-delete"; sha: string }
  | { name: "pause"; lastsMs: number; reason: string | undefined }
  | { name: "no-time"; word: string }
  | { name: "resume" }
  | { name: "diff" }
  | { name: "adopt"; object: string | undefined }
  | { name: "help" }
  | { name: "no-commit"; word: string }
  | { name: "unknown"; word: string };

/** @returns undefined for a comment that is no command */
export function parseCommand(comment: string): UserCommand | undefined {
  const [first = ""] = comment.replaceAll("\r\n", "\n").trim().split("\n");
  const [slash, ...words] = first.trim().split(/\s+/);
  if (slash !== "/trueup") return undefined;
  const [name = "help", argument, ...more] = words;
  const unknown = { name: "unknown", word: words.join(" ") } as const;
  if (name === "pause") return pauseOf(argument, more);
  if (more.length > 0) return unknown;
  switch (name) {
    case "help":
    case "diff":
    case "resume":
      return argument === undefined ? { name } : unknown;
    case "sync":
      return { name, system: argument };
    case "adopt":
      return { name, object: argument };
    case "plan":
    case "rollback":
      if (argument !== undefined && !isShortSha(argument)) {
        return { name: "no-commit", word: argument };
      }
      return { name, sha: argument?.toLowerCase() };
    case "approve-delete":
      if (argument === undefined || !isShortSha(argument)) return { name: "no-commit", word: argument ?? name };
      return { name, sha: argument.toLowerCase() };
    default:
      return unknown;
  }
}

/** `30m`, `1h30m`, `2d`; what follows says why. */
function pauseOf(time = "", reason: readonly string[]): UserCommand {
  const [, days = "0", rest = ""] = /^(?:(\d{1,2})d)?((?:\d{1,4}[hms])*)$/.exec(time) ?? [];
  const lastsMs = Number(days) * 24 * 3_600_000 + durationMs(rest);
  if (lastsMs === 0) return { name: "no-time", word: time };
  const why = reason.join(" ").slice(0, longestReason).toWellFormed();
  return { name: "pause", lastsMs, reason: why === "" ? undefined : why };
}

const longestReason = 200;

const isShortSha = (word: string): boolean => /^[0-9a-f]{7,64}$/i.test(word);

/** What to type to have just this head planned. Seven digits would do to name it, and to find another commit that has them too. */
export function planCommand(headSha: string): string {
  return `/trueup plan ${headSha.slice(0, 12)}`;
}

export const helpText = [
  "| command | does |",
  "|---|---|",
  "| `/trueup plan [sha]` | plans again; on a fork's pull request: lets the head commit that you looked at be planned |",
  "| `/trueup sync [system]` | has the agents apply the branch's last rollout again |",
  "| `/trueup rollback [sha]` | opens a pull request that takes this pull request's systems back, to before it or to a commit |",
  "| `/trueup approve-delete <sha>` | lets the deletions go that a guard holds, for the commit that you looked at; for approvers, never the author |",
  "| `/trueup pause <time> [reason]` | nothing of this pull request's systems is written for so long (`30m`, `2h`, `1d`; 7 days at most) |",
  "| `/trueup resume` | ends that |",
  "| `/trueup diff` | shows what is live now and Git does not say |",
  "| `/trueup adopt [object]` | opens a pull request that writes what has drifted into the YAML; for one object (`web`, `Deployment/web`) also what others have added |",
  "| `/trueup help` | this table |",
  "",
  "Put it on the first line of a comment. Only people with write permission are listened to.",
].join("\n");
