import { RISKS, type Risk, type RiskKind } from "../plan.ts";
import { exposes } from "./exposes.ts";
import { grants } from "./grants.ts";
import { loosens } from "./loosens.ts";
import { loses } from "./loses.ts";
import { opensHost } from "./opens-host.ts";
import { restarts } from "./restarts.ts";
import type { Change, RiskRule } from "./risk.ts";
import { stops } from "./stops.ts";

const rules: Record<RiskKind, RiskRule> = { stops, loses, "opens-host": opensHost, loosens, grants, exposes, restarts };

/** What a change may do to somebody, worst first; what is already so is none. */
export function assessRisks(change: Change): Risk[] {
  return RISKS.flatMap((kind) =>
    rules[kind](change).map((told): Risk => {
      if (typeof told === "string") return { kind, text: shortened(told) };
      return { kind, text: shortened(told.text), withoutLive: shortened(told.withoutLive) };
    }),
  );
}

const mostCharacters = 500;

/** Names out of manifests may be of any length. */
function shortened(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1).toWellFormed()}…` : text;
}
