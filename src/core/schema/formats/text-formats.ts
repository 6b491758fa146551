import { isCidr, isHostname, isIpv4Format, isIpv6, isMacAddress } from "./network-formats.ts";
import { isDate, isDateTime, isDuration } from "./time-formats.ts";
import { isRequestUri } from "./uri.ts";

const matching =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);

/**
 * The formats of text that an API server judges in a custom resource, each with the quirks of its own: many a name in wide use
 * (`my-long-name`) is no `hostname` there. Others it takes as they are.
 * See https://github.com/kubernetes/kube-openapi/tree/master/pkg/validation/strfmt
 */
const tests = new Map<string, (text: string) => boolean>([
  ["ipv4", isIpv4Format],
  ["ipv6", (text) => isIpv6(text)],
  ["cidr", isCidr],
  ["mac", isMacAddress],
  ["hostname", isHostname],
  ["uri", isRequestUri],
  // Of a mail address (RFC 5322) only what is surely none.
  ["email", (text) => /[^@]@./s.test(text)],
  ["uuid", matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
  ["uuid3", matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
  ["uuid4", matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i)],
  ["uuid5", matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i)],
  ["byte", isBase64],
  ["date", isDate],
  ["datetime", isDateTime],
  ["duration", isDuration],
  ["bsonobjectid", matching(/^[0-9a-f]{24}$/i)],
  ["isbn", (text) => isIsbn10(text) || isIsbn13(text)],
  ["isbn10", isIsbn10],
  ["isbn13", isIsbn13],
  ["creditcard", isCardNumber],
  ["ssn", (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text)],
  ["hexcolor", matching(/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i)],
  ["rgbcolor", isRgbColor],
  ["password", () => true],
  ["k8sshortname", (text) => text.length <= 63 && shortName.test(text)],
  ["k8slongname", (text) => text.length <= 253 && text.split(".").every((part) => shortName.test(part))],
]);

/** @returns undefined for a format that the server does not know, and so takes as it is */
export function textFormat(format: string): ((text: string) => boolean) | undefined {
  return tests.get(normalFormat(format));
}

/** Whether {@link textFormat} takes texts of this format that a server refuses. */
export function isLenientFormat(format: string): boolean {
  return normalFormat(format) === "email";
}

/** As the server looks formats up: `date-time` and `datetime` are one. */
export function normalFormat(format: string): string {
  return format.replaceAll("-", "");
}

const shortName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Stricter than where the server decodes a field of its own: neither empty nor with line breaks. */
function isBase64(text: string): boolean {
  return text !== "" && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

const plain = (text: string) => text.replaceAll(/[\t\n\f\r -]+/g, "");

function isIsbn10(text: string): boolean {
  const digits = plain(text);
  if (!/^(?:\d{9}X|\d{10})$/.test(digits)) return false;
  const sum = [...digits].reduce((sum, digit, at) => sum + (at + 1) * (digit === "X" ? 10 : Number(digit)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = plain(text);
  if (!/^\d{13}$/.test(digits)) return false;
  const sum = [...digits].reduce((sum, digit, at) => sum + (at % 2 === 0 ? 1 : 3) * Number(digit), 0);
  return sum % 10 === 0;
}

const cardNumber =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;

/** With Luhn's check digit, and anything between the digits. */
function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/\D+/g, "");
  if (!cardNumber.test(digits)) return false;
  const sum = [...digits].reverse().reduce((sum, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isRgbColor(text: string): boolean {
  const part = "[\\t\\n\\f\\r ]*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])[\\t\\n\\f\\r ]*";
  return new RegExp(`^rgb\\(${part},${part},${part}\\)$`).test(text);
}
