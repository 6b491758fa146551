import type { Case, Row } from "./case.ts";
import { alternatives } from "./cases/alternatives.ts";
import { control } from "./cases/control.ts";
import { metadata } from "./cases/metadata.ts";
import { names } from "./cases/names.ts";
import { numbers } from "./cases/numbers.ts";
import { pods } from "./cases/pods.ts";
import { traffic } from "./cases/traffic.ts";

const rows: readonly Row[] = [...metadata, ...names, ...numbers, ...alternatives, ...pods, ...traffic, ...control];

export const cases: readonly Case[] = rows.map(([rule, title, object, at]) => ({
  rule,
  title,
  object,
  ...(at !== undefined && { at }),
}));
