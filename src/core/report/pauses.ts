import { code, prose } from "./inert.ts";
import { within } from "./within.ts";

/** A system of which nothing is written for now. */
export interface PausedSystem {
  system: string;
  /** RFC 3339. */
  until: string;
  by: string;
  /** Foreign. */
  reason?: string;
}

const most = 4_000;

/** What a merge waits for; empty when nothing is paused. */
export function pausesTold(pauses: readonly PausedSystem[]): string {
  if (pauses.length === 0) return "";
  const lines = pauses.map(({ system, until, by, reason }) => {
    const why = reason === undefined ? "" : `: ${prose(reason)}`;
    return `> ${code(system)} is paused until ${timeTold(until)} by ${code(by)}${why}. What is merged waits for that, or for \`/trueup resume\`.`;
  });
  return `> [!NOTE]\n${within(lines, most, (left) => `> … and ${left} more.`).join("  \n")}`;
}

/** @param time RFC 3339, in UTC */
export const timeTold = (time: string): string => `${time.slice(0, 16).replace("T", " ")} UTC`;
