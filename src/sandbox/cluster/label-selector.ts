import { badRequest } from "./status-error.ts";

export type Labels = { readonly [label: string]: string } | undefined;
export type LabelTest = (labels: Labels) => boolean;

/** Parses `app=web,tier in (a,b),!old`, as in a URL. Throws a 400 for anything else. */
export function parseLabelSelector(text: string): LabelTest {
  if (text.trim() === "") return () => true;
  const tests = splitRequirements(text).map(requirement);
  return (labels) => tests.every((test) => test(labels));
}

function splitRequirements(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth += 1;
    if (text[i] === ")") depth -= 1;
    if (text[i] === "," && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim());
}

const key = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?";
const value = "(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?";
const exists = new RegExp(`^(!?)\\s*(${key})$`);
const equals = new RegExp(`^(${key})\\s*(==|=|!=)\\s*(${value})$`);
const among = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);

function requirement(text: string): LabelTest {
  const presence = exists.exec(text);
  if (presence !== null) return (labels) => (labels?.[presence[2]!] === undefined) === (presence[1] === "!");
  const equality = equals.exec(text);
  if (equality !== null) {
    const [, label, operator, wanted] = equality;
    return (labels) => (labels?.[label!] === wanted) === (operator !== "!=");
  }
  const membership = among.exec(text);
  if (membership !== null) {
    const [, label, operator, list] = membership;
    const values = new Set(list!.split(",").map((item) => item.trim()));
    return (labels) => {
      const found = labels?.[label!];
      return operator === "in" ? found !== undefined && values.has(found) : found === undefined || !values.has(found);
    };
  }
  throw badRequest(`unable to parse requirement: ${JSON.stringify(text)} is no label requirement`);
}
