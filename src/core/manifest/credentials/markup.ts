import { namesCredential, tellsNothing } from "./names.ts";
import type { Telling } from "./telling.ts";
import { matchAt } from "./telling.ts";

const opening = /<([\w.:-]{1,100})(?:\s[^<>]{0,2000})?>/y;

/** XML: hides what stands in an element of a credential's name. */
export class Markup {
  private readonly text: string;
  private closings: Map<string, number> | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /**
   * @param start of the opening tag
   * @param tell says the tag itself, which may have credentials for attributes
   * @returns where to go on; undefined when it is nothing of the kind
   */
  hideElement(telling: Telling, start: number, tell: (tag: string) => string): number | undefined {
    const found = matchAt(opening, this.text, start);
    const [tag = "", name = ""] = found ?? [];
    if (!namesCredential(name)) return undefined;
    const value = /\svalue[ \t]*=[ \t]*(["'])/.exec(tag);
    if (value !== null) {
      const from = start + value.index + value[0].length;
      const to = this.text.indexOf(value[1]!, from);
      return to < 0 ? undefined : telling.hide(from, to);
    }
    if (tag.endsWith("/>") || (this.lastClosing(name) ?? 0) <= start) return undefined;
    const from = start + tag.length;
    const to = this.text.indexOf(`</${name}`, from);
    const shown = tell(tag.slice(1));
    if (shown !== tag.slice(1)) telling.put(start + 1, from, shown);
    return tellsNothing(this.text.slice(from, to).trim()) ? to : telling.hide(from, to);
  }

  /** Looked for once, so that a text of tags that are not closed costs no more than any other. */
  private lastClosing(name: string): number | undefined {
    this.closings ??= new Map([...this.text.matchAll(/<\/([\w.:-]{1,100})/g)].map((one) => [one[1]!, one.index]));
    return this.closings.get(name);
  }
}
