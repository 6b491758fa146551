import { isDeepStrictEqual } from "node:util";
import { Hono } from "hono";
import { html } from "hono/html";
import { identityKey, type KubeObject, refOf } from "../../core/manifest/kube-object.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import type { Forge, ForgeRepository } from "../forge/forge.ts";
import { fieldsOf } from "../forge/pages/forms.ts";
import type { PagesContext, PagesEnv } from "../forge/pages/guard.ts";
import { page, sorry } from "../forge/pages/layout.ts";
import { changes } from "../forge/pages/live.ts";
import { damage, isDamage, meltdown, NothingToBreak } from "./damage.ts";
import type { Desired } from "./desired.ts";
import { healLog } from "./heals.ts";
import { openLiveSide } from "./live-side.ts";
import { type Pair, pairsOf } from "./pairs.ts";
import { pictureFragment } from "./picture-fragment.ts";

export interface PictureOptions {
  forge: Pick<Forge, "subscribe">;
  repository: ForgeRepository;
  /** Reads what Git wants now. */
  desired(): Promise<Desired>;
  /** The live side, as an administrator; damage is written to it the way every client writes. */
  kube: KubeClient;
  /** Whether a live object is the sandbox's to break. */
  isOurs(live: KubeObject): boolean;
  now?: () => Date;
}

export interface Picture {
  /** To be mounted under `/picture`. */
  pages: Hono<PagesEnv>;
  stop(): Promise<void>;
}

/** The system as Git wants it beside the system as it is, and buttons that break the latter. */
export async function startPicture(options: PictureOptions): Promise<Picture> {
  const { forge, repository, desired: read, kube, isOurs, now = () => new Date() } = options;
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };

  let desired: Desired = await read();
  let wanted = byKey(desired.objects);
  const log = healLog({ now, wanted: (key) => wanted.get(key) });
  const live = openLiveSide(kube, (change) => {
    log.see(change);
    changed();
  });
  live.follow(desired.objects);
  const pairs = (): Pair[] => pairsOf(desired.objects, live.objects());

  let reading: Promise<void> | undefined;
  let again = false;
  const refresh = async (): Promise<void> => {
    do {
      again = false;
      const latest = await read();
      if (!isDeepStrictEqual(latest.objects, desired.objects)) log.forget();
      desired = latest;
      wanted = byKey(desired.objects);
      live.follow(desired.objects);
      changed();
    } while (again);
  };
  const stopForge = forge.subscribe(({ repository: name, event }) => {
    if (name !== repository.address.fullName || event !== "push") return;
    if (reading !== undefined) again = true;
    else {
      reading = refresh()
        .catch((error: unknown) => console.error("picture: the repository could not be read:", error))
        .finally(() => {
          reading = undefined;
        });
    }
  });

  const pages = new Hono<PagesEnv>();
  pages.get("/", (c) => show(c, pairs()));
  pages.get("/events", (c) =>
    changes(c, (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    }),
  );
  pages.post("/break", async (c) => {
    const { key, how } = await fieldsOf(c);
    try {
      if (how === "meltdown") await meltdown(kube, pairs(), isOurs);
      else {
        const pair = pairs().find((one) => one.key === key);
        if (pair === undefined || !isDamage(how)) throw new NothingToBreak("That is not there any more.");
        if (pair.live !== undefined && !isOurs(pair.live)) throw new NothingToBreak(notOurs(pair));
        await damage(kube, pair, how);
      }
      return c.redirect("/picture", 303);
    } catch (error) {
      if (!(error instanceof NothingToBreak || error instanceof KubeError)) throw error;
      const back = { href: "/picture", text: "Back to the picture" };
      return sorry(c, { title: "Nothing was broken", text: error.message, status: 409, back });
    }
  });

  const show = (c: PagesContext, drawn: Pair[]) =>
    page(
      c,
      { title: "The picture", live: { events: "/picture/events", ids: ["picture"] } },
      html`<h1>The picture <span class="quiet">of <a href="/${repository.address.fullName}">${repository.address.fullName}</a></span></h1>
      ${pictureFragment({ desired, pairs: drawn, heals: log.heals(), fullName: repository.address.fullName })}`,
    );

  return {
    pages,
    stop() {
      stopForge();
      return live.stop();
    },
  };
}

const notOurs = ({ kind, name }: Pair): string => `${kind} ${name} was there before the sandbox, and is left alone.`;

const byKey = (objects: readonly KubeObject[]): Map<string, KubeObject> =>
  new Map(objects.map((object) => [identityKey(refOf(object)), object]));
