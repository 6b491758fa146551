import { readFileSync } from "node:fs";
import type { World } from "../world.ts";

/** Resident memory of bot and agent once all is in sync and nobody asks anything, in MiB. */
export async function memory(world: World): Promise<object> {
  await world.rest(10_000);
  const { bot, agent } = world.processes;
  return { measure: "resident memory, idle", unit: "MiB", bot: resident(bot), agent: resident(agent) };
}

function resident(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}
