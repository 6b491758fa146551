import { namesCredential } from "./names.ts";

/**
 * What is secret of the argument after an option: all of it, or what follows the colon of `user:password`.
 */
export type Argument = "whole" | "login";

const loginOption = /^(?:-u|-U|--user|--proxy-user|--username|--basic-auth)$/;

/** Short options that mean a password to these programs alone; `login` is that of Docker, Helm and others. */
const byProgram: readonly { program: RegExp; option?: string; attached?: [letter: string, what: Argument] }[] = [
  { program: /^(?:mysql|mariadb)/, attached: ["p", "whole"] },
  { program: /^7z/, attached: ["p", "whole"] },
  { program: /^sshpass$/, option: "-p", attached: ["p", "whole"] },
  { program: /^(?:login|mongo|rabbitmqadmin$)/, option: "-p" },
  { program: /^redis-cli$/, option: "-a" },
  { program: /^openssl$/, option: "-k" },
  { program: /^ldap/, option: "-w" },
  { program: /^(?:sqlcmd|bcp|zip|unzip)$/, option: "-P" },
  { program: /^curl$/, attached: ["u", "login"] },
];

/** The name of a program that has such options; without the folder that it lies in. */
export function isProgram(word: string): boolean {
  const name = programName(word);
  return byProgram.some(({ program }) => program.test(name));
}

export function programName(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1);
}

/** @param program the last one named before the option */
export function argumentOf(option: string, program: string | undefined): Argument | undefined {
  if (!option.startsWith("-")) return undefined;
  if (namesCredential(option.replace(/^--?/, ""))) return "whole";
  if (loginOption.test(option)) return "login";
  const known = byProgram.some((one) => one.option === option && program !== undefined && one.program.test(program));
  return known ? "whole" : undefined;
}

/** Of an option whose argument follows its letter at once: `mysql -psecret`. */
export function attachedArgument(option: string, program: string | undefined): Argument | undefined {
  if (program === undefined || option[0] !== "-") return undefined;
  return byProgram.find((one) => one.attached?.[0] === option[1] && one.program.test(program))?.attached?.[1];
}

/** Where the password of `user:password` begins; undefined when it is none, as of the ids of a user and a group. */
export function passwordOfLogin(argument: string): number | undefined {
  const colon = argument.indexOf(":");
  return colon < 0 || colon === argument.length - 1 || /^\d{0,10}:\d{0,10}$/.test(argument) ? undefined : colon + 1;
}
