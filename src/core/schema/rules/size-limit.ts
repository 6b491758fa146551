import { type Fields, fields, type Rule, type Violation } from "./rule.ts";

const most = 1024 * 1024;

/** A ConfigMap or Secret is small, so that it fits into every node's memory. */
export const sizeLimit: Rule = {
  name: "too-large",
  objects: {
    "core.v1.ConfigMap": ({ data, binaryData }) => tooLarge(texts(fields(data)) + decoded(fields(binaryData)), "data"),
    // What is plain text takes the place of what is not.
    "core.v1.Secret": ({ data, stringData }) => {
      const plain = fields(stringData);
      const rest = Object.entries(fields(data)).filter(([key]) => !Object.hasOwn(plain, key));
      return tooLarge(texts(plain) + decoded(Object.fromEntries(rest)), "data");
    },
  },
};

function tooLarge(size: number, what: string): Violation[] {
  return size <= most ? [] : [{ predicate: `has ${size} bytes of ${what}, and may have ${most}` }];
}

function texts(values: Fields): number {
  return sum(values, (text) => (text.length * 3 <= most / 64 ? text.length : new TextEncoder().encode(text).length));
}

function decoded(values: Fields): number {
  return sum(values, (text) => {
    const digits = text.replaceAll(/[\r\n=]/g, "").length;
    return Math.floor((digits * 3) / 4);
  });
}

function sum(values: Fields, sizeOf: (text: string) => number): number {
  return Object.values(values).reduce<number>((all, value) => all + (typeof value === "string" ? sizeOf(value) : 0), 0);
}
