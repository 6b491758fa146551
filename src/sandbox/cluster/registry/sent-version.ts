import { StatusError } from "../status-error.ts";

/** The version that a write depends on; undefined when on none, as for the version 0. Throws a 500 for what is none. */
export function sentVersion(resourceVersion: string | undefined): string | undefined {
  if (resourceVersion === undefined || resourceVersion === "") return undefined;
  if (!/^\d+$/.test(resourceVersion)) {
    throw new StatusError(500, "", `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  }
  return /^0+$/.test(resourceVersion) ? undefined : resourceVersion;
}
