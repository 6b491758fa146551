import type { Clock } from "../../clock.ts";
import type { ClusterStore } from "../../store.ts";
import { controllerOccurrences } from "./controller-occurrences.ts";
import type { Occurrence } from "./occurrence.ts";
import { podOccurrences } from "./pod-occurrences.ts";
import { forgetOldEvents, recordEvent } from "./recorder.ts";

const forgetEvery = 10 * 60_000;

/** Tells by Events what happens to workloads and their pods, as `kubectl events` and `describe` show it. @returns stop */
export function tellEvents(store: ClusterStore, clock: Clock): () => void {
  const news: Occurrence[] = [];
  let due = false;
  let stopped = false;
  // Told after the change that brought it: who listens to the store must not write into it at once.
  const tell = () => {
    due = false;
    if (stopped) return;
    for (const occurrence of news.splice(0)) recordEvent(store, clock, occurrence);
  };
  const stopWatching = store.watch("*", (event) => {
    const found = [...controllerOccurrences(event, store), ...(event.resource === "pods" ? podOccurrences(event) : [])];
    if (found.length === 0) return;
    news.push(...found);
    if (!due) clock.schedule(0, tell);
    due = true;
  });
  let stopForgetting = () => {};
  const forget = () => {
    forgetOldEvents(store, clock.now());
    stopForgetting = clock.schedule(forgetEvery, forget);
  };
  stopForgetting = clock.schedule(forgetEvery, forget);
  return () => {
    stopped = true;
    stopWatching();
    stopForgetting();
  };
}
