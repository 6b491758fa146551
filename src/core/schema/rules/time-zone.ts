import { didYouMean } from "../did-you-mean.ts";
import type { Rule, ValueCheck } from "./rule.ts";

let names: readonly string[] | undefined;

/** New zones appear now and then: only what can be none of them is told. */
const timeZone: ValueCheck = (value) => {
  if (typeof value !== "string") return undefined;
  if (value === "") return "must not be empty; leave it out for the time zone of the cluster";
  if (value.toLowerCase() === "local") return "must be a time zone of IANA's such as `Europe/Berlin`";
  names ??= Intl.supportedValuesOf("timeZone");
  if (names.includes(value)) return undefined;
  const known = canonical(value);
  const folded = names.find((name) => name.toLowerCase() === value.toLowerCase());
  const meant = folded ?? (known === undefined ? didYouMean(value, names) : undefined);
  return meant === undefined ? undefined : `must be a time zone of IANA's (did you mean \`${meant}\`?)`;
};

/** Other names of zones are known too, whatever their case. */
function canonical(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

export const cronTimeZone: Rule = {
  name: "invalid-time-zone",
  fields: { "batch.v1.CronJobSpec": { timeZone } },
};
