import { text } from "./rule.ts";

/** RFC 1123 label: what namespaces, containers and ports are called. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

/** RFC 1123 subdomain: what most objects are called. */
export function isDnsSubdomain(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
}

/** RFC 1035 label: as an RFC 1123 one, beginning with a letter. */
export function isDns1035Label(name: string): boolean {
  return name.length <= 63 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

/** A service name of IANA's registry (RFC 6335). */
export function isPortName(name: string): boolean {
  return (
    name.length <= 15 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) && /[a-z]/.test(name) && !name.includes("--")
  );
}

export function isLabelValue(value: string): boolean {
  return value === "" || (value.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(value));
}

/** `[prefix/]name`, as label and annotation keys are. */
export function qualifiedNameProblem(key: string): string | undefined {
  const slash = key.indexOf("/");
  if (slash !== key.lastIndexOf("/")) return "at most one `/` may stand in it";
  if (slash >= 0 && !isDnsSubdomain(key.slice(0, slash))) return "what stands before `/` must be a DNS name";
  const name = key.slice(slash + 1);
  if (name.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)) return undefined;
  return "its name must be 1 to 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit";
}

export function isQualifiedName(key: string): boolean {
  return qualifiedNameProblem(key) === undefined;
}

/** As Go has it, which makes a plain `i` of one dotted letter where JavaScript makes two. */
export function inLowerCase(text: string): string {
  return text.replaceAll("\u0130", "i").toLowerCase();
}

/** A key of a ConfigMap or Secret. */
export function isDataKey(key: string): boolean {
  return key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && key !== "." && !key.startsWith("..");
}

/** As Go's old parser reads them, which allowed leading zeros: some fields still do. */
export function isIpAddress(address: string): boolean {
  return isIpv4(address) || isIpv6(address);
}

export function isIpv4(address: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split(".").every((part) => Number(part) <= 255);
}

export function isIpv6(address: string): boolean {
  const halves = address.split("::");
  if (!address.includes(":") || halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const embedded = last.includes(".") && isIpv4(last);
  const hex = embedded ? groups.slice(0, -1) : groups;
  const length = hex.length + (embedded ? 2 : 0);
  return hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) && (halves.length === 2 ? length < 8 : length === 8);
}

/** Read in one way alone: no leading zeros, and not IPv4 in the clothes of IPv6. */
export function isPlainIpAddress(address: string): boolean {
  return isIpAddress(address) && !/(?:^|\.|:)0\d+\./.test(address) && !/\.0\d/.test(address) && !isMapped(address);
}

function isMapped(address: string): boolean {
  return /^[0:]*:ffff:(?:[\d.]+|[0-9a-f]{1,4}:[0-9a-f]{1,4})$/i.test(address);
}

export function isCidr(block: string): boolean {
  const [address = "", bits = "", ...rest] = block.split("/");
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return isIpv4(address) ? Number(bits) <= 32 : isIpv6(address) && Number(bits) <= 128;
}

export const dnsLabel = text(
  "must be at most 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit",
  isDnsLabel,
);
export const dns1035Label = text(
  "must be at most 63 lower-case letters, digits and `-`, beginning with a letter and ending with a letter or digit",
  isDns1035Label,
);
/** As long as only its shape is asked for; the object itself is not looked for. */
export const objectName = text("must be the name of an object", isDnsSubdomain);
export const dnsSubdomain = text(
  "must be at most 253 lower-case letters, digits, `-` and `.`, each part beginning and ending with a letter or digit",
  isDnsSubdomain,
);
export const wildcardSubdomain = text("must be a host name such as `shop.example.com` or `*.example.com`", (host) =>
  isDnsSubdomain(host.startsWith("*.") ? host.slice(2) : host),
);
export const portNameRule = "at most 15 lower-case letters, digits and single `-`, with a letter among them";
export const portName = text(`must be ${portNameRule}`, isPortName);
export const qualifiedName = text(
  "must be a name such as `example.com/name` or `name`: letters, digits, `-`, `_` and `.`, after an optional DNS name and `/`",
  isQualifiedName,
);
export const labelValue = text(
  "must be empty or at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit",
  isLabelValue,
);
export const dataKey = text(
  "must be a key: only letters, digits, `-`, `_` and `.`, at most 253, and not `.` or beginning with `..`",
  isDataKey,
);
export const ipAddress = text("must be an IP address", isIpAddress);
export const plainIpAddress = text(
  "must be an IP address without leading zeros, and not IPv4 as IPv6",
  isPlainIpAddress,
);
export const cidr = text("must be a block of IP addresses such as `10.0.0.0/8`", isCidr);
