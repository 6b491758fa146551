import { isIpv6 } from "./network-formats.ts";

/**
 * An absolute URI, an absolute path or `*`, as Go's `url.ParseRequestURI` takes it: what has a scheme and no `/` behind it is taken as
 * it is, a path may hold anything but a bad `%` escape, and a `#` is nothing special.
 */
export function isRequestUri(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (text === "" || /[\u0000-\u001f\u007f]/.test(text)) return false;
  if (text === "*") return true;
  if (text.startsWith(":")) return false;
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(text)?.[0] ?? "";
  const [rest = ""] = text.slice(scheme.length).split("?", 1);
  if (!rest.startsWith("/")) return scheme !== "";
  if (scheme === "" || !rest.startsWith("//")) return isEscaped(rest);
  const slash = rest.indexOf("/", 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  return isAuthority(scheme, authority) && (slash < 0 || isEscaped(rest.slice(slash)));
}

function isAuthority(scheme: string, authority: string): boolean {
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? "" : authority.slice(0, at);
  return /^[\w\-.~!$&'()*+,;=:%@]*$/.test(user) && isEscaped(user) && isHost(scheme, authority.slice(at + 1));
}

function isHost(scheme: string, host: string): boolean {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) return false;
  if (bracket === 0) {
    const [, address = "", zone, port = ""] = /^\[([^%]*?)(%25.+)?\]([^\]]*)$/.exec(host) ?? [];
    return isIpv6(address) && (zone === undefined || isEscaped(zone)) && isPort(port);
  }
  // Lists of hosts with ports are let pass, but not on the web.
  const colon = /^https?:$/i.test(scheme) ? host.indexOf(":") : host.lastIndexOf(":");
  if (colon >= 0 && !isPort(host.slice(colon))) return false;
  // Of a host's ASCII nothing may be escaped.
  return /^(?:[^\0-\x7f]|[\w\-.~!$&'()*+,;=:\]<>"]|%(?:25|[89a-f][0-9a-f]))*$/i.test(host);
}

const isPort = (port: string) => /^(?::\d*)?$/.test(port);
const isEscaped = (text: string) => !/%(?![0-9a-f]{2})/i.test(text);
