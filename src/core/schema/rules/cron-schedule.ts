import { type Rule, textOf, type ValueCheck } from "./rule.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Minute, hour, day of month, month, day of week: least, most, and the names that stand for numbers. */
const places: readonly { least: number; most: number; names?: readonly string[]; first?: number }[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months, first: 1 },
  { least: 0, most: 6, names: days, first: 0 },
];

/** As Go reads numbers, which a plus may precede. */
const whole = /^\+?\d+$/;

const words = new Set(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]);
/** Durations such as `1h30m` are Go's own; a micro is written with either of two signs that look alike. */
const everySoOften = /^@every [-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/;
const must = "must be a schedule of five fields such as `*/15 3 * * MON-FRI`, or a word such as `@daily`";

const schedule: ValueCheck = (value) => {
  const written = textOf(value);
  if (written === "") return undefined;
  if (/^(?:CRON_)?TZ=/.test(written)) return "must not say the time zone; that is what `timeZone` is for";
  if (written.startsWith("@")) {
    return words.has(written) || everySoOften.test(written) ? undefined : must;
  }
  const parts = written.split(/[\s\u0085]+/).filter((part) => part !== "");
  return parts.length === 5 && parts.every((part, index) => fits(part, places[index]!)) ? undefined : must;
};

function fits(part: string, place: (typeof places)[number]): boolean {
  return part.split(",").every((range) => {
    // A comma too many is no range.
    if (range === "") return true;
    const [span = "", step, ...rest] = range.split("/");
    if (rest.length > 0 || (step !== undefined && !(whole.test(step) && Number(step) > 0))) return false;
    const [first, ...others] = span.split("-");
    if (first === "*" || first === "?") return true;
    const ends = [first!, ...others].map((end) => numberOf(end, place));
    if (ends.length > 2 || ends.some((end) => end === undefined)) return false;
    const [from, to = from] = ends as [number, number?];
    return from >= place.least && to! <= place.most && from <= to!;
  });
}

function numberOf(end: string, { names = [], first = 0 }: (typeof places)[number]): number | undefined {
  if (whole.test(end)) return Number(end);
  const index = names.indexOf(end.toLowerCase());
  return index < 0 ? undefined : index + first;
}

export const cronSchedule: Rule = {
  name: "invalid-schedule",
  fields: { "batch.v1.CronJobSpec": { schedule } },
};
