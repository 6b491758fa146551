import { visible } from "../../core/report/inert.ts";

/** Text of others in one line of a terminal: nothing in it moves the cursor, hides, or looks like a line of ours. */
export function oneLine(text: string): string {
  return visible(text).replaceAll(/\r\n|\r|\n/g, "⏎");
}
