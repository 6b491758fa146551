import { request } from "node:https";
import type { ApiAccess } from "../harness/control-plane/api-request.ts";
import { normalised } from "./normalise.ts";
import type { Body, Both, Pair, Side } from "./pair.ts";

export interface WatchEvent {
  type: string;
  object: Body;
}

export interface Watch {
  /** Waits until so many events have come, or the stream's end, and gives all there were. */
  events(count: number): Promise<WatchEvent[]>;
  stop(): void;
}

/** Opens a watch; resolves when the server has answered. Throws on any status but 200. */
export function openWatch(access: ApiAccess, path: string, accept = "application/json"): Promise<Watch> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${access.token}`, accept };
    const outgoing = request(new URL(path, access.url), { headers, ca: access.ca, agent: false }, (answer) => {
      const events: WatchEvent[] = [];
      let rest = "";
      let ended = false;
      let wake = () => {};
      answer.setEncoding("utf8");
      answer.on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        events.push(...lines.filter((line) => line !== "").map((line) => JSON.parse(line)));
        wake();
      });
      const end = () => {
        ended = true;
        wake();
      };
      answer.on("end", end).on("error", end);
      if (answer.statusCode !== 200) {
        answer.on("end", () => reject(new Error(`${answer.statusCode}: ${rest}`)));
        return;
      }
      resolve({
        async events(count) {
          while (events.length < count && !ended) {
            await new Promise<void>((next) => {
              wake = next;
            });
          }
          return events.slice(0, count);
        },
        stop: () => outgoing.destroy(),
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

export interface WatchPair {
  /** Of both sides, as they can be compared. */
  events(count: number): Promise<Both<unknown>>;
  stop(): void;
}

/** The same watch on both servers. */
export async function watchBoth({ access }: Pair, path: (side: Side) => string, accept?: string): Promise<WatchPair> {
  const [real, embedded] = await Promise.all([
    openWatch(access.real, path("real"), accept),
    openWatch(access.embedded, path("embedded"), accept),
  ]);
  return {
    async events(count) {
      const told = await Promise.all([real.events(count), embedded.events(count)]);
      return { real: normalised(told[0]), embedded: normalised(told[1]) };
    },
    stop() {
      real.stop();
      embedded.stop();
    },
  };
}
