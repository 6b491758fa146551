import { badRequest } from "./status-error.ts";
import { labelValue, qualifiedName } from "./validation/rule.ts";

export type Labels = { readonly [label: string]: string } | undefined;
export type LabelTest = (labels: Labels) => boolean;

/** Parses `app=web,tier in (a,b),!old`, as in a URL. Throws a 400 in the API server's words for anything else. */
export function parseLabelSelector(text: string): LabelTest {
  const tokens = tokensOf(text);
  const tests: LabelTest[] = [];
  for (;;) {
    const token = tokens.peek();
    if (token === "") break;
    if (token !== "!" && isSymbol(token)) {
      throw badRequest(`found '${token}', expected: !, identifier, or 'end of string'`);
    }
    tests.push(requirement(tokens));
    const after = tokens.take();
    if (after === "") break;
    if (after !== ",") throw badRequest(`found '${after}', expected: ',' or 'end of string'`);
    const next = tokens.peek();
    if (next !== "!" && isSymbol(next)) throw badRequest(`found '${next}', expected: identifier after ','`);
  }
  return (labels) => tests.every((test) => test(labels));
}

interface Tokens {
  /** The next token, empty at the end. */
  peek(): string;
  take(): string;
}

function tokensOf(text: string): Tokens {
  const all = [...text.matchAll(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g)].map(([token]) => token);
  let at = 0;
  return {
    peek: () => all[at] ?? "",
    take() {
      const token = all[at] ?? "";
      at += 1;
      return token;
    },
  };
}

const symbols = new Set(["", "==", "!=", "=", "!", "(", ")", ",", "<", ">"]);
const isSymbol = (token: string) => symbols.has(token);
const operators = ["in", "notin", "=", "==", "!=", "gt", "lt"];

function refuse(why: string): never {
  throw badRequest(`unable to parse requirement: ${why}`);
}

function requirement(tokens: Tokens): LabelTest {
  const absent = tokens.peek() === "!";
  if (absent) tokens.take();
  const label = tokens.take();
  if (isSymbol(label)) refuse(`found '${label}', expected: identifier`);
  check(qualifiedName(label, "key"));
  if (absent) return (labels) => labels?.[label] === undefined;
  if (tokens.peek() === "" || tokens.peek() === ",") return (labels) => labels?.[label] !== undefined;
  const operator = tokens.take();
  switch (operator) {
    case "in":
    case "notin": {
      const values = new Set(valuesOf(tokens));
      for (const value of values) check(labelValue(value, `values[0][${label}]`));
      return (labels) => {
        const found = labels?.[label];
        return operator === "in" ? found !== undefined && values.has(found) : found === undefined || !values.has(found);
      };
    }
    case "=":
    case "==":
    case "!=": {
      const wanted = exactValue(tokens);
      check(labelValue(wanted, `values[0][${label}]`));
      return (labels) => (labels?.[label] === wanted) === (operator !== "!=");
    }
    case ">":
    case "<": {
      const wanted = exactValue(tokens);
      if (!/^[+-]?\d+$/.test(wanted)) {
        const why = "for 'Gt', 'Lt' operators, the value must be an integer";
        refuse(`values[0]: Invalid value: ${JSON.stringify(wanted)}: ${why}`);
      }
      return (labels) => {
        const found = labels?.[label] ?? "";
        if (!/^[+-]?\d+$/.test(found)) return false;
        return operator === ">" ? Number(found) > Number(wanted) : Number(found) < Number(wanted);
      };
    }
    default:
      return refuse(`found '${operator}', expected: ${operators.join(", ")}`);
  }
}

function valuesOf(tokens: Tokens): string[] {
  const open = tokens.take();
  if (open !== "(") refuse(`found '${open}' expected: '('`);
  const values: string[] = [];
  let value = "";
  for (;;) {
    const token = tokens.take();
    if (token === ")") return [...values, value];
    if (token === ",") {
      values.push(value);
      value = "";
    } else if (isSymbol(token) || value !== "") refuse(`found '${token}', expected: ',', ')' or identifier`);
    else value = token;
  }
}

function exactValue(tokens: Tokens): string {
  if (tokens.peek() === "" || tokens.peek() === ",") return "";
  const token = tokens.take();
  if (isSymbol(token)) refuse(`found '${token}', expected: identifier`);
  return token;
}

function check([problem]: readonly { field: string; message: string }[]): void {
  if (problem !== undefined) refuse(`${problem.field}: ${problem.message}`);
}
