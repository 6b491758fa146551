import { styleText } from "node:util";

export const colourChoices = ["auto", "always", "never"] as const;

/** Puts a style (`red`, `bold`) around a text, or leaves it as it is. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

export const plain: Paint = (_, text) => text;

/** For standard output. `auto` is a terminal that has colours, with `NO_COLOR` and `FORCE_COLOR` heeded as Node does. */
export function paintFor(choice: (typeof colourChoices)[number]): Paint {
  switch (choice) {
    case "always":
      return (style, text) => styleText(style, text, { validateStream: false });
    case "never":
      return plain;
    case "auto":
      return (style, text) => styleText(style, text, { stream: process.stdout });
  }
}
