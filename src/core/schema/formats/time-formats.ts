const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isDate(text: string): boolean {
  const [, year = "", month = "", day = ""] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const leap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const days = month === "02" && leap ? 29 : (daysOfMonth[Number(month) - 1] ?? 0);
  return Number(day) >= 1 && Number(day) <= days;
}

/** Nearly RFC 3339: in lower case too, any character before the fraction, any offset, no leap second. */
export function isDateTime(text: string): boolean {
  const [date = "", time = ""] = text.toLowerCase().split("t");
  const [, hour = "99", minute = "", second = ""] =
    /^(\d\d):(\d\d):(\d\d)(?:.\d+)?(?:z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return isDate(date) && hour <= "23" && minute <= "59" && second <= "59";
}

const nanoseconds: { readonly [unit: string]: number } = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};
const unit = /^(?:ns|us|\u00b5s|ms|s|m|h|d|w|hr|wk|(?:nano|micro|milli|sec|min|hour|day|week).*)$/s;

/** As Go's `time.ParseDuration` takes it, or else with a number and a unit somewhere in it (`about 3 days`). */
export function isDuration(text: string): boolean {
  if (isGoDuration(text)) return true;
  const tokens = text.match(/\d+|[A-Za-z\u00b5]+|[\t\n\f\r ]+|[^\dA-Za-z\u00b5\t\n\f\r ]/g) ?? [];
  let found = false;
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1]?.trim() === "" ? tokens[at + 2] : tokens[at + 1];
    if (!/^\d/.test(token) || next === undefined || !/^[A-Za-z\u00b5]/.test(next)) continue;
    if (Number(token) > 2 ** 63 || (Number(token) === 2 ** 63 && BigInt(token) >= 2n ** 63n)) return false;
    found ||= unit.test(next.toLowerCase());
  }
  return found;
}

// Neither branches where the other could take over, so that a long text of anybody's is read but once.
const goDuration = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/;

function isGoDuration(text: string): boolean {
  if (/^[+-]?0$/.test(text)) return true;
  if (!goDuration.test(text)) return false;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)([^\d.]+)/g)];
  const total = parts.reduce((sum, [, number, name = ""]) => sum + Number(number) * nanoseconds[name]!, 0);
  return total < 2 ** 63 || (total === 2 ** 63 && text.startsWith("-"));
}
