import { nameInNamespace } from "../../core/manifest/kube-object.ts";
import { quoted } from "../../core/manifest/quoted.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { AgentContext } from "../agent-context.ts";
import { healthOf, type Unhealthy, unhealthyOf } from "./system-health.ts";
import { type Explained, explain } from "./why-unhealthy.ts";

export interface HealthWait {
  context: AgentContext;
  desired: readonly DesiredObject[];
  timeoutMs: number;
  signal: AbortSignal;
  progress(message: string, healthy: number): void;
  /** Told once, when something cannot become healthy or the time is over; the wait goes on, since it may come good. */
  failed(message: string, details: string[]): void;
}

/** Until it is known that a rollout does not fail by itself, looked at often; then seldom. */
const lookEveryMs = 250;
const lookAfterFailureMs = 2_000;

/** Resolves when every object is healthy. @throws the signal's reason */
export async function awaitHealth({
  context,
  desired,
  timeoutMs,
  signal,
  progress,
  failed,
}: HealthWait): Promise<void> {
  const { kube, view } = context;
  const deadline = Date.now() + timeoutMs;
  let told = "";
  let hasFailed = false;
  for (;;) {
    signal.throwIfAborted();
    if (desired.every(({ key }) => healthOf(view, key).status === "Current")) return;
    const unhealthy = await unhealthyOf(kube, view, desired, new Date());
    if (unhealthy.length === 0) return;
    const message = unhealthy.map((one) => one.progress).join(", ");
    if (message !== told) progress(message.slice(0, 500), desired.length - unhealthy.length);
    told = message;
    const broken = unhealthy.filter(({ health }) => health.status === "Failed");
    if (!hasFailed && (broken.length > 0 || Date.now() > deadline)) {
      hasFailed = true;
      const explained = await explain(context, broken.length > 0 ? broken : unhealthy, signal);
      const after = broken.length > 0 ? undefined : `not healthy after ${Math.round(timeoutMs / 1000)} s`;
      const causes = explained.map((one) => causeOf(one, after));
      const first = after === undefined ? 0 : explained.findIndex(({ why }) => why !== undefined);
      failed(
        causes[first] ?? `${after}: ${message}`,
        explained.map((one, at) => describe(one, causes[at]!)),
      );
    }
    await changeOrPause(context, unhealthy, hasFailed ? lookAfterFailureMs : lookEveryMs, signal);
  }
}

/** @param after which time is over, where nothing says that it has failed */
function causeOf({ health, progress, why }: Explained, after: string | undefined): string {
  const told = health.message || progress;
  if (why === undefined) return told;
  if (after !== undefined) return `${after}: ${why}`;
  // A controller says that it gave up, its pods why; where the pods had it failed, they say it again.
  if (told.includes(why)) return told;
  return why.startsWith(told) ? why : `${told.replace(/\.$/, "")}: ${why}`;
}

const describe = ({ desired: { ref }, serving }: Explained, cause: string): string =>
  `${ref.kind} ${quoted(nameInNamespace(ref))}: ${cause}${serving === undefined ? "" : `. ${serving}.`}`;

/** Resolves when one of the objects changes, at the latest after the pause. */
async function changeOrPause(
  { view }: AgentContext,
  unhealthy: readonly Unhealthy[],
  pauseMs: number,
  signal: AbortSignal,
): Promise<void> {
  const keys = new Set(unhealthy.map(({ desired }) => desired.key));
  const applySets = new Set(unhealthy.flatMap(({ desired }) => view.get(desired.key)?.partOf ?? []));
  const { promise, resolve } = Promise.withResolvers<void>();
  const stops = [...applySets].map((id) => view.subscribe(id, (key) => keys.has(key) && resolve()));
  const timer = setTimeout(resolve, pauseMs);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  for (const stop of stops) stop();
}
