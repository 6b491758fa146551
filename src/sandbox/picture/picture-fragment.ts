import { html } from "hono/html";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { damagesOf } from "./damage.ts";
import type { Desired } from "./desired.ts";
import { drawNoPods, drawPods, drawWantedPods } from "./draw-pods.ts";
import { drawNoShape, drawShape, inWords, lookOf } from "./draw-shape.ts";
import type { Heal } from "./heals.ts";
import { agentManager, hasPods, type Pair, type Standing } from "./pairs.ts";
import { countedInWords } from "./pod-dots.ts";

export interface PictureState {
  desired: Desired;
  pairs: readonly Pair[];
  /** Newest first. */
  heals: readonly Heal[];
  /** `owner/name` of the repository. */
  fullName: string;
}

/** So many fit on a screen with all their buttons in sight. */
const fewPairs = 3;

/** The picture as HTML: what changes over time, without the page around it. The same state gives the same text. */
export function pictureFragment({ desired, pairs, heals, fullName }: PictureState) {
  const drawn = pairs.filter(({ kind }) => kind === "Shape" || hasPods(kind));
  const chips = pairs.filter((pair) => !drawn.includes(pair));
  return html`<div id="picture">
    ${summary(desired, pairs, fullName)}
    <div class="pairs">
      ${drawn.map((pair) => drawnPair(pair, drawn.length <= fewPairs))}
      ${drawn.length === 0 ? html`<p class="note">Git asks for no shapes and no workloads yet.</p>` : ""}
    </div>
    ${healList(heals)}
    ${chips.length === 0 ? "" : html`<h2>And besides</h2><ul class="chips">${chips.map(chip)}</ul>`}
    ${pairs.some(({ live }) => live !== undefined) ? meltdownForm() : ""}
  </div>`;
}

function summary(desired: Desired, pairs: readonly Pair[], fullName: string) {
  const health = healthOf(pairs);
  const { mark, words } = verdict(desired, pairs, health);
  return html`<div class="summary ${mark === "✓" ? "good" : "busy"}">
    <p class="verdict" role="status"><span class="mark" aria-hidden="true">${mark}</span> ${words}</p>
    <dl class="facts">
      <div><dt>revision</dt><dd>${desired.revision === undefined ? "none" : html`<a href="/${fullName}/commit/${desired.revision}"><code>${desired.revision.slice(0, 7)}</code></a>`}</dd></div>
      <div><dt>health</dt><dd>${health.word}</dd></div>
      <div><dt>objects</dt><dd>${pairs.length}</dd></div>
    </dl>
  </div>`;
}

/** The one sentence for somebody who looks up for a second. */
function verdict(desired: Desired, pairs: readonly Pair[], { word, why }: Health): { mark: string; words: string } {
  if (desired.problem !== undefined) return { mark: "!", words: `Git cannot be read: ${desired.problem}` };
  const count = (standing: Standing): number => pairs.filter((pair) => pair.standing === standing).length;
  const differing = differences.filter((standing) => count(standing) > 0);
  if (differing.length > 0) {
    const parts = differing.map((standing) => `${count(standing)} ${standing}`);
    return { mark: "≠", words: `${parts.join(", ")}, of ${pairs.length} objects` };
  }
  if (word === "healthy") return { mark: "✓", words: "The cluster is as Git wants it" };
  return { mark: word === "failing" ? "✕" : "…", words: `As Git wants it, and ${word}: ${why}` };
}

const differences: readonly Standing[] = ["behind Git", "drifted", "missing", "leaving", "not in Git"];

interface Health {
  word: "healthy" | "progressing" | "failing";
  why: string;
}

function healthOf(pairs: readonly Pair[]): Health {
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

function drawnPair(pair: Pair, open: boolean) {
  const isShape = pair.kind === "Shape";
  return html`<article class="box pair ${className(pair.standing)}" data-key="${pair.key}">
    <h2 class="box-head"><span class="kind">${pair.kind}</span> <span class="grow">${pair.name}</span> <span class="standing">${pair.standing}</span></h2>
    <div class="sides">
      <figure><p class="side">Git wants</p>${isShape ? wantedShape(pair) : wantedWorkload(pair)}</figure>
      <span class="equals" aria-hidden="true">${pair.standing === "in sync" ? "=" : "≠"}</span>
      <figure><p class="side">the cluster has</p>${isShape ? liveShape(pair) : liveWorkload(pair)}</figure>
    </div>
    ${driftList(pair)}
    ${breakForm(pair, open)}
  </article>`;
}

function breakForm(pair: Pair, open: boolean) {
  const possible = damagesOf(pair);
  if (possible.length === 0) return "";
  return html`<details class="break"${open ? html` open` : ""}><summary>Break it</summary>
    <form method="post" action="/picture/break" data-quiet><input type="hidden" name="key" value="${pair.key}">
    ${possible.map(({ damage, words }) => html`<button name="how" value="${damage}">${words}</button>`)}</form></details>`;
}

function meltdownForm() {
  return html`<h2>Meltdown</h2><form method="post" action="/picture/break" class="meltdown" data-quiet>
    <button name="how" value="meltdown" class="danger">Delete everything from the cluster</button>
    <span class="quiet">Git still knows; all of it comes back.</span></form>`;
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
      ({ path, wanted, actual, writer }) =>
        html`<li><code class="path">${path}</code> is <del>${actual ?? "not there"}</del>, Git wants <ins>${wanted}</ins>${writer === undefined || writer === agentManager ? "" : html`; <code>${writer}</code> wrote it`}</li>`,
    )}
  </ul>`;
}

function chip(pair: Pair) {
  return html`<li class="chip ${className(pair.standing)}" data-key="${pair.key}">
    <span class="kind">${pair.kind}</span> <span class="name">${pair.name}</span> <span class="standing">${pair.standing}</span>
    ${driftList(pair)}
  </li>`;
}

function healList(heals: readonly Heal[]) {
  return html`<h2>What was healed</h2>
    ${
      heals.length === 0
        ? html`<p class="note">Nothing yet. Break something, and see: it heals within moments, and stands here with its writer's name.</p>`
        : html`<ol class="box lines heals">${heals.map(healLine)}</ol>`
    }`;
}

function healLine({ key, at, milliseconds, object, what, writer, broken }: Heal) {
  const thumbnail = broken?.kind === "Shape" ? drawShape(lookOf(broken), `as it was: ${inWords(lookOf(broken))}`) : "";
  return html`<li data-key="${key}"><span class="thumbnail">${thumbnail}</span>
    <div class="grow"><b>${object}</b> <span class="breaks">${what}</span>
    <div class="quiet">by ${writer === undefined ? "someone unknown" : html`<code>${writer}</code>`} · healed in ${duration(milliseconds)} · <time datetime="${at.toISOString()}">${at.toISOString().slice(11, 19)} UTC</time></div></div></li>`;
}

const duration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

const className = (standing: Standing): string => standing.toLowerCase().replaceAll(" ", "-");
