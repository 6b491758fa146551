import type { Context } from "hono";
import { streamSSE } from "hono/streaming";

/** Long enough that a burst of changes is told once, short enough that nobody waits. */
const burstMs = 40;
/** Proxies and browsers drop a stream that is silent for long. */
const heartbeatMs = 20_000;

/**
 * A stream of Server-Sent Events: one event named `changed` after every burst of changes.
 * @param subscribe calls back after a change; returns how to stop it
 */
export function changes(c: Context, subscribe: (changed: () => void) => () => void) {
  return streamSSE(c, async (stream) => {
    let wake = () => {};
    let changed = false;
    const note = () => {
      changed = true;
      wake();
    };
    const stop = subscribe(note);
    stream.onAbort(() => wake());
    try {
      await stream.write("retry: 1000\n\n");
      while (!stream.aborted && !stream.closed) {
        if (!changed) {
          await new Promise<void>((resolve) => {
            const heartbeat = setTimeout(resolve, heartbeatMs);
            wake = () => {
              clearTimeout(heartbeat);
              resolve();
            };
          });
        }
        if (!changed) await stream.write(": still here\n\n");
        else {
          await stream.sleep(burstMs);
          changed = false;
          await stream.writeSSE({ event: "changed", data: "" });
        }
      }
    } finally {
      stop();
    }
  });
}
