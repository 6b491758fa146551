/**
 * The paths of fields that an object in a JSON text has twice, each once, in their order; `JSON.parse` says nothing of
 * them.
 * @param text valid JSON
 */
export function duplicateFields(text: string): string[] {
  const found = new Set<string>();
  const stack: { path: string; keys: Set<string> | undefined; index: number; key: string }[] = [];
  const here = () => {
    const top = stack.at(-1);
    if (top === undefined) return "";
    if (top.keys === undefined) return `${top.path}[${top.index}]`;
    return top.path === "" ? top.key : `${top.path}.${top.key}`;
  };
  let expectsKey = false;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case "{":
        stack.push({ path: here(), keys: new Set(), index: 0, key: "" });
        expectsKey = true;
        break;
      case "[":
        stack.push({ path: here(), keys: undefined, index: 0, key: "" });
        expectsKey = false;
        break;
      case "}":
      case "]":
        stack.pop();
        expectsKey = false;
        break;
      case ",": {
        const top = stack.at(-1);
        if (top?.keys === undefined) {
          if (top !== undefined) top.index += 1;
        } else expectsKey = true;
        break;
      }
      case '"': {
        const start = i;
        i += 1;
        while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
        const top = stack.at(-1);
        if (expectsKey && top?.keys !== undefined) {
          top.key = JSON.parse(text.slice(start, i + 1));
          if (top.keys.has(top.key)) found.add(here());
          top.keys.add(top.key);
          expectsKey = false;
        }
        break;
      }
    }
  }
  return [...found];
}
