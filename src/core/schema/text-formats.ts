import { isIpAddress } from "./rules/syntax.ts";

const uuid = (third: string, fourth: string) =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, "i");
const any = "[0-9a-f]{4}";
const time = /^(\d\d):(\d\d):(\d\d)(?:.\d+)?(?:z|[+-]\d\d:\d\d)$/;

/**
 * The formats of texts in a custom resource's schema that can be told here just as the server tells them, as it calls them: it
 * passes over dashes in their names, and over formats that it does not know.
 */
export const textFormats: { readonly [format: string]: (value: string) => boolean } = {
  ipv4: (value) => isIpAddress(value) && value.includes("."),
  ipv6: (value) => isIpAddress(value) && value.includes(":"),
  uuid: (value) => uuid(any, any).test(value),
  uuid3: (value) => uuid("3[0-9a-f]{3}", any).test(value),
  uuid4: (value) => uuid("4[0-9a-f]{3}", "[89ab][0-9a-f]{3}").test(value),
  uuid5: (value) => uuid("5[0-9a-f]{3}", "[89ab][0-9a-f]{3}").test(value),
  date: isDate,
  datetime: (value) => {
    const [date = "", after = ""] = value.toLowerCase().split("t");
    const [, hour = "99", minute = "99", second = "99"] = time.exec(after) ?? [];
    return isDate(date) && hour <= "23" && minute <= "59" && second <= "59";
  },
  password: () => true,
};

/** What else it knows, with quirks of its own: those it judges itself. */
export const otherTextFormats = new Set([
  "bsonobjectid",
  "uri",
  "email",
  "hostname",
  "cidr",
  "mac",
  "isbn",
  "isbn10",
  "isbn13",
  "creditcard",
  "ssn",
  "hexcolor",
  "rgbcolor",
  "byte",
  "duration",
  "k8sshortname",
  "k8slongname",
]);

export function isDate(value: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value)?.map(Number) ?? [];
  if (year === undefined || month! < 1 || month! > 12 || day! < 1) return false;
  const last = [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ];
  return day! <= last[month! - 1]!;
}
