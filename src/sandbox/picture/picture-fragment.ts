import { html } from "hono/html";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { drawNoPods, drawPods, drawWantedPods } from "./draw-pods.ts";
import { drawNoShape, drawShape, inWords, lookOf } from "./draw-shape.ts";
import { hasPods, type Pair, pairsOf, type Standing } from "./pairs.ts";
import type { Desired, Heal, PictureSource } from "./picture-source.ts";
import { countedInWords } from "./pod-dots.ts";

export interface FragmentLinks {
  /** Address of a commit's page. */
  commit(sha: string): string;
}

/** The picture as HTML: what changes over time, without the page around it. The same state gives the same text. */
export async function pictureFragment(source: PictureSource, links: FragmentLinks) {
  const [desired, heals] = await Promise.all([source.desired(), source.recentHeals()]);
  const pairs = pairsOf(desired.objects, source.live());
  const drawn = pairs.filter(({ kind }) => kind === "Shape" || hasPods(kind));
  const chips = pairs.filter((pair) => !drawn.includes(pair));
  return html`<div id="picture">
    ${summary(desired, pairs, links)}
    <div class="pairs">
      <div class="pair-heads" aria-hidden="true"><span>Git wants</span><span></span><span>the cluster has</span></div>
      ${drawn.map(drawnPair)}
      ${drawn.length === 0 ? html`<p class="empty">Git asks for no shapes and no workloads yet.</p>` : ""}
    </div>
    ${chips.length === 0 ? "" : html`<h2>And besides</h2><ul class="chips">${chips.map(chip)}</ul>`}
    ${healList(heals)}
  </div>`;
}

function summary(desired: Desired, pairs: Pair[], links: FragmentLinks) {
  const differing = pairs.filter(({ standing }) => standing !== "in sync");
  const count = (word: Standing): string => {
    const those = differing.filter(({ standing }) => standing === word).length;
    return those === 0 ? "" : `${those} ${word}`;
  };
  const parts = (["drifted", "missing", "leaving", "not in Git"] as const).map(count).filter((part) => part !== "");
  const health = healthOf(pairs);
  return html`<div class="summary ${differing.length === 0 && health.word === "healthy" ? "good" : "busy"}">
    <p class="verdict" role="status">
      ${
        desired.problem === undefined
          ? differing.length === 0
            ? html`<span class="mark" aria-hidden="true">✓</span> The cluster is as Git wants it`
            : html`<span class="mark" aria-hidden="true">≠</span> ${parts.join(", ")} of ${pairs.length} objects`
          : html`<span class="mark" aria-hidden="true">!</span> Git cannot be read: ${desired.problem}`
      }
    </p>
    <dl class="facts">
      <div><dt>revision</dt><dd><a href="${links.commit(desired.revision)}"><code>${desired.revision.slice(0, 7)}</code></a></dd></div>
      <div><dt>health</dt><dd>${health.word}${health.why === "" ? "" : `: ${health.why}`}</dd></div>
      <div><dt>objects</dt><dd>${pairs.length}</dd></div>
    </dl>
  </div>`;
}

function healthOf(pairs: Pair[]): { word: "healthy" | "progressing" | "failing"; why: string } {
  const workloads = pairs.filter(({ kind }) => hasPods(kind));
  const failing = workloads.filter(({ pods }) => pods.some(({ word }) => word === "failing"));
  if (failing.length > 0) {
    return { word: "failing", why: failing.map(({ name, pods }) => `${name} has ${countedInWords(pods)}`).join("; ") };
  }
  const waiting = pairs.filter(
    ({ standing, kind, wanted, pods }) =>
      standing === "missing" || (hasPods(kind) && pods.filter(isUp).length < wantedPods(wanted)),
  );
  if (waiting.length === 0) return { word: "healthy", why: "" };
  return { word: "progressing", why: `waiting for ${waiting.map(({ name }) => name).join(", ")}` };
}

const isUp = ({ word }: Pair["pods"][number]): boolean => word === "ready" || word === "done";

function wantedPods(wanted: KubeObject | undefined): number {
  if (wanted === undefined) return 0;
  if (wanted.kind === "DaemonSet" || wanted.kind === "Job" || wanted.kind === "Pod") return 1;
  const { replicas } = (wanted.spec ?? {}) as { replicas?: unknown };
  return typeof replicas === "number" ? Math.max(0, Math.floor(replicas)) : 1;
}

function drawnPair(pair: Pair) {
  return html`<article class="pair ${className(pair.standing)}" data-key="${pair.key}">
    <h3><span class="kind">${pair.kind}</span> ${pair.name} <span class="standing">${pair.standing}</span></h3>
    <div class="sides">
      <figure>${pair.kind === "Shape" ? wantedShape(pair) : wantedWorkload(pair)}</figure>
      <span class="equals" aria-hidden="true">${pair.standing === "in sync" ? "=" : "≠"}</span>
      <figure>${pair.kind === "Shape" ? liveShape(pair) : liveWorkload(pair)}</figure>
    </div>
    ${driftList(pair)}
  </article>`;
}

function wantedShape({ wanted, name }: Pair) {
  if (wanted === undefined)
    return html`${drawNoShape(undefined, `${name} is not in Git`)}<figcaption>nothing</figcaption>`;
  const words = inWords(lookOf(wanted));
  return html`${drawShape(lookOf(wanted), words)}<figcaption>${words}</figcaption>`;
}

function liveShape({ wanted, live, name }: Pair) {
  if (live === undefined) {
    const look = wanted === undefined ? undefined : lookOf(wanted);
    return html`${drawNoShape(look, `${name} is missing`)}<figcaption>nothing there</figcaption>`;
  }
  const words = inWords(lookOf(live));
  return html`${drawShape(lookOf(live), words)}<figcaption>${words}</figcaption>`;
}

function wantedWorkload({ wanted, name }: Pair) {
  if (wanted === undefined) return html`${drawNoPods(name)}<figcaption>nothing</figcaption>`;
  const count = wantedPods(wanted);
  const words = wanted.kind === "DaemonSet" ? "a pod on every node" : `${count} ${count === 1 ? "pod" : "pods"}`;
  return html`${drawWantedPods(count, name)}<figcaption>${words}${images(wanted)}</figcaption>`;
}

function liveWorkload({ live, name, pods }: Pair) {
  if (live === undefined) return html`${drawNoPods(name)}<figcaption>nothing there</figcaption>`;
  return html`${drawPods(pods, name)}<figcaption>${countedInWords(pods) || "no pods"}${images(live)}</figcaption>`;
}

function images(workload: KubeObject) {
  const spec = (workload.spec ?? {}) as { template?: { spec?: { containers?: unknown } }; containers?: unknown };
  const containers = spec.template?.spec?.containers ?? spec.containers;
  if (!Array.isArray(containers)) return "";
  const names = containers.map((container) => (container as { image?: unknown } | null)?.image).filter(isText);
  return html`<span class="images">${names.map((image) => html` <code>${image}</code>`)}</span>`;
}

const isText = (value: unknown): value is string => typeof value === "string";

function driftList({ drifted }: Pair) {
  if (drifted.length === 0) return "";
  return html`<ul class="drift">
    ${drifted.map(
      ({ path, wanted, actual }) =>
        html`<li><code class="path">${path}</code> is <del>${actual ?? "not there"}</del>, Git wants <ins>${wanted}</ins></li>`,
    )}
  </ul>`;
}

function chip(pair: Pair) {
  return html`<li class="chip ${className(pair.standing)}" data-key="${pair.key}">
    <span class="kind">${pair.kind}</span> <span class="name">${pair.name}</span> <span class="standing">${pair.standing}</span>
    ${driftList(pair)}
  </li>`;
}

function healList(heals: Heal[]) {
  return html`<h2>Last heals</h2>
    ${
      heals.length === 0
        ? html`<p class="empty">None yet. Break something, and see.</p>`
        : html`<ol class="heals">${heals
            .slice(0, 10)
            .map(
              ({ at, writer, what }) =>
                html`<li data-key="${at} ${what}"><time datetime="${at}">${at.slice(11, 19)} UTC</time> <span>${what}</span> <span class="writer">${writer === undefined ? "writer unknown" : html`was <code>${writer}</code>`}</span></li>`,
            )}</ol>`
    }`;
}

const className = (standing: Standing): string => standing.toLowerCase().replaceAll(" ", "-");
