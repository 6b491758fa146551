import { Refused } from "../model/refused.ts";
import type { PagesContext } from "./guard.ts";

/** A form's fields as texts; files and repeated fields are none of ours and are left out. */
export async function fieldsOf(c: PagesContext): Promise<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(await c.req.parseBody())) {
    if (typeof value === "string") fields[name] = value;
  }
  return fields;
}

/** What the forge said no with, as a sentence for a person. */
export function sentenceOf({ message, errors }: Refused): string {
  const told = errors?.map(
    ({ field, code, message: own }) => own ?? `${field ?? "something"} is ${code.replace("_", " ")}`,
  );
  return told === undefined || told.length === 0 ? message : `${told.join("; ")}.`.replace(/\.\.$/, ".");
}

/** Runs what a form asks for; a refusal comes back as a sentence, so that the form can be shown again with what was typed. */
export async function attempt<T>(work: () => Promise<T>): Promise<{ done: T } | { problem: string }> {
  try {
    return { done: await work() };
  } catch (error) {
    if (error instanceof Refused) return { problem: sentenceOf(error) };
    throw error;
  }
}
