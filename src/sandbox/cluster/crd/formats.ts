import { isIP, isIPv4, isIPv6 } from "node:net";

const tests: { readonly [format: string]: (text: string) => boolean } = {
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: (text) => {
    const [, address = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
    const family = isIP(address);
    return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
  },
  mac: (text) => /^([0-9a-f]{2}([:-])[0-9a-f]{2}(\2[0-9a-f]{2}){4})$/i.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text),
  "date-time": (text) => {
    const [, day = ""] = /^(\d{4}-\d{2}-\d{2})[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
    return isDay(day) && !Number.isNaN(Date.parse(text.toUpperCase()));
  },
  hostname: (text) =>
    text.length <= 255 && /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?)*$/i.test(text),
  uri: (text) => URL.canParse(text) || /^\/[^\s]*$/.test(text),
  duration: (text) => /^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text),
};

/** Whether a text is what its format asks for. Formats that this table does not know are taken as they are, as a server takes unknown ones. */
export function fitsFormat(format: string, text: string): boolean {
  return tests[format]?.(text) ?? true;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
