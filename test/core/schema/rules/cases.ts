import type { Case, Row } from "./case.ts";
import { alternatives } from "./cases/alternatives.ts";
import { amounts } from "./cases/amounts.ts";
import { control } from "./cases/control.ts";
import { metadata } from "./cases/metadata.ts";
import { names } from "./cases/names.ts";
import { numbers } from "./cases/numbers.ts";
import { pods } from "./cases/pods.ts";
import { reach } from "./cases/reach.ts";
import { traffic } from "./cases/traffic.ts";
import { workloads } from "./cases/workloads.ts";

const rows: readonly Row[] = [
  ...metadata,
  ...names,
  ...numbers,
  ...alternatives,
  ...pods,
  ...traffic,
  ...control,
  ...workloads,
  ...amounts,
  ...reach,
];

export const cases: readonly Case[] = rows.map(([rule, title, object, at]) => ({
  rule,
  title,
  object,
  ...(at !== undefined && { at }),
}));
