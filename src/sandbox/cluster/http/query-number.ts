import { badRequest } from "../status-error.ts";

const most = 2n ** 63n;

/** A number of a URL's query; undefined when it is not there. Throws a 400 for what is no integer of 64 bits. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? "";
  if (text === "") return undefined;
  const refuse = (why: string) => badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) throw refuse("invalid syntax");
  const value = BigInt(text.replace("+", ""));
  if (value >= most || value < -most) throw refuse("value out of range");
  return Number(value);
}
