import { RE2JS } from "re2js";

/** An address as Go's old parser reads it, with leading zeros; an IPv6 address that ends in one passes too. */
export function isIpv4Format(text: string): boolean {
  return isIpv4(text) || (text.includes(".") && isIpv6(text, true));
}

function isIpv4(text: string, sloppy = true): boolean {
  const parts = text.split(".");
  const part = sloppy ? /^\d+$/ : /^(?:0|[1-9]\d*)$/;
  return parts.length === 4 && parts.every((digits) => part.test(digits) && Number(digits) <= 255);
}

/** @param sloppy as Go's old parser, which takes leading zeros */
export function isIpv6(text: string, sloppy = false): boolean {
  const halves = text.split("::");
  if (!text.includes(":") || halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const embedded = halves.at(-1)!.includes(".");
  if (embedded && !isIpv4(groups.pop()!, sloppy)) return false;
  const length = groups.length + (embedded ? 2 : 0);
  const group = sloppy ? /^0*[0-9a-f]{1,4}$/i : /^[0-9a-f]{1,4}$/i;
  return groups.every((hex) => group.test(hex)) && (halves.length === 2 ? length < 8 : length === 8);
}

export function isCidr(text: string): boolean {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d+)$/.exec(text) ?? [];
  if (isIpv4(address)) return Number(bits) <= 32;
  return isIpv6(address, true) && Number(bits) <= 128;
}

/** Of 6, 8 or 20 octets, in ones or in pairs. */
export function isMacAddress(text: string): boolean {
  if (/^[0-9a-f]+$/i.test(text)) return [12, 16, 40].includes(text.length);
  if (/^[0-9a-f]{4}(?:\.[0-9a-f]{4})+$/i.test(text)) return [14, 19, 49].includes(text.length);
  return /^[0-9a-f]{2}(?:(?::[0-9a-f]{2})+|(?:-[0-9a-f]{2})+)$/i.test(text) && [17, 23, 59].includes(text.length);
}

const letter = "[a-zA-Z0-9\\p{S}\\p{L}]";
/**
 * Without a dot one hyphen alone may stand in it, as its second character; with one, the last part is two letters or more.
 * https://github.com/kubernetes/kube-openapi/blob/master/pkg/validation/strfmt/default.go
 */
const hostname = `^(${letter}((-?${letter}{0,62})?)|(${letter}(([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}${letter})?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$`;
let hostnamePattern: RE2JS | undefined;

export function isHostname(text: string): boolean {
  if (bytes(text) > 255 || text.split(".").some((part) => bytes(part) > 63)) return false;
  hostnamePattern ??= RE2JS.compile(hostname);
  return hostnamePattern.matcher(text).find();
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
