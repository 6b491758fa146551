/** A text that is no time to Go. */
export class NoTime extends Error {}

const seconds = /^\d{4}-\d\d-\d\dT\d{1,2}:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/;
const microseconds = /^\d{4}-\d\d-\d\dT\d{1,2}:\d\d:\d\d[.,]\d{6}(Z|[+-]\d\d:\d\d)$/;

/** A time as the API server writes it: in UTC, of whole seconds or (`micro`) of six digits more. Throws `NoTime`. */
export function canonicalTime(text: string, { micro }: { micro: boolean }): string {
  const layout = micro ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
  if (!(micro ? microseconds : seconds).test(text)) {
    throw new NoTime(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}`);
  }
  const fraction = /[.,](\d+)/.exec(text)?.[1] ?? "";
  const whole = text.replace(/[.,]\d+/, "").replace(/T(\d):/, "T0$1:");
  const time = new Date(whole);
  // JavaScript takes 31 February for 3 March.
  const day = Number(text.slice(8, 10));
  const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  if (Number.isNaN(time.getTime()) || day > lastDay)
    throw new NoTime(`parsing time ${JSON.stringify(text)}: out of range`);
  return time.toISOString().replace(/\.\d+Z$/, micro ? `.${fraction}Z` : "Z");
}
