import { withoutBlocks } from "./credentials/blocks.ts";
import { argumentOf, isProgram, passwordOfLogin, programName } from "./credentials/command-line.ts";
import { withoutDirectives } from "./credentials/directives.ts";
import { withoutAssignments } from "./credentials/inline.ts";
import { MASK } from "./credentials/mask.ts";
import { withoutQuotedValues } from "./credentials/server-words.ts";
import { withoutShapes } from "./credentials/shapes.ts";

export { MASK } from "./credentials/mask.ts";

/**
 * The same text without what looks like a credential in it: passwords in URLs, private keys, tokens of well-known form, what is
 * assigned to a credential's name in whatever of the usual notations, and the data of Secrets. A guess, and meant to hide too much
 * sooner than too little; where the place alone says that it is confidential, `isConfidential` knows.
 */
export function withoutCredentials(text: string): string {
  return tell(text, { words: false, depth: 0, program: undefined });
}

/** The same of what an API server says: its own words about a field of such a name are not what the field holds. */
export function withoutCredentialsInWords(message: string): string {
  return tell(withoutQuotedValues(message), { words: true, depth: 0, program: undefined });
}

/**
 * A command line, where a credential may be the argument after its name.
 *
 * @param command what stands in front of the arguments, which may name the program
 */
export function withoutCredentialArguments(args: readonly string[], command: readonly string[] = []): string[] {
  let program = command.findLast(isProgram);
  return args.map((arg, index) => {
    const what = argumentOf(args[index - 1] ?? "", program && programName(program));
    if (isProgram(arg)) program = arg;
    const from = what === "login" ? passwordOfLogin(arg) : undefined;
    if (from !== undefined) return arg.slice(0, from) + MASK;
    if (what === "whole" && !arg.startsWith("-")) return MASK;
    return tell(arg, { words: false, depth: 0, program: program && programName(program) });
  });
}

interface Telling {
  words: boolean;
  program: string | undefined;
  /** Of texts inside quotes inside others. */
  depth: number;
}

/** Whoever quotes deeper means to hide something. */
const deepest = 20;
const secretKind = /(?:^|[\s{,"'-])kind\\?["']?[ \t]*:[ \t]*\\?["']?secret(?:s|list)?\\?["']?(?=[\s,}]|$)/im;

function tell(text: string, { words, program, depth }: Telling): string {
  if (depth > deepest) return MASK;
  // One document of YAML says of itself whether it is a Secret.
  return withoutDirectives(withoutShapes(text), words)
    .split(/^(?=---(?:[ \t]|\r?$))/m)
    .map((part) => {
      const isSecret = secretKind.test(part);
      const isData = (key: string) => key === "stringData" || (isSecret && key === "data");
      const within = (inner: string, runs: string | undefined) =>
        tell(inner, { words: false, program: runs, depth: depth + 1 });
      return withoutAssignments(withoutBlocks(part, { isData, words }), { isData, words, program, within });
    })
    .join("");
}
