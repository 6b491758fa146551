import { html } from "hono/html";
import { countedInWords, type PodDot } from "./pod-dots.ts";

const perRow = 8;
const mostDots = 64;
const step = 22;

/** Pods as dots in a box, each with its state as a sign of its own besides its colour. */
export function drawPods(dots: readonly PodDot[], name: string) {
  const words = countedInWords(dots) || "no pods";
  const shown = dots.slice(0, mostDots);
  return box(shown.length, `${name}: ${words}`, (x, y, index) => {
    const dot = shown[index]!;
    const title = dot.reason === undefined ? `${dot.name}: ${dot.word}` : `${dot.name}: ${dot.word}, ${dot.reason}`;
    return html`<g class="pod ${dot.word}" data-key="${dot.name}" transform="translate(${x} ${y})"><title>${title}</title><circle r="8" />${sign(dot)}</g>`;
  });
}

/** As many empty places as pods are wanted. */
export function drawWantedPods(count: number, name: string) {
  return box(
    Math.min(count, mostDots),
    `${name}: ${count} wanted`,
    (x, y) => html`<circle class="pod wanted" cx="${x}" cy="${y}" r="8" />`,
  );
}

/** The dashed box of a workload that is not there. */
export function drawNoPods(name: string) {
  return html`<svg class="drawn pods" viewBox="0 0 184 30" role="img" aria-label="${name} is missing"><title>${name} is missing</title><rect x="1" y="1" width="182" height="28" rx="7" class="absent" /></svg>`;
}

function box(count: number, title: string, draw: (x: number, y: number, index: number) => unknown) {
  const rows = Math.max(1, Math.ceil(count / perRow));
  const height = rows * step + 8;
  const places = Array.from({ length: count }, (_, index) =>
    draw(15 + (index % perRow) * step, 15 + Math.floor(index / perRow) * step, index),
  );
  return html`<svg class="drawn pods" viewBox="0 0 184 ${height}" role="img" aria-label="${title}"><title>${title}</title><rect x="1" y="1" width="182" height="${height - 2}" rx="7" class="box" />${places}</svg>`;
}

function sign({ word }: PodDot) {
  switch (word) {
    case "ready":
    case "done":
      return html`<path class="sign" d="M-3.4 .2l2.4 2.4 4.4-4.8" />`;
    case "failing":
      return html`<path class="sign" d="M-3-3l6 6M3-3l-6 6" />`;
    case "starting":
      return html`<path class="sign" d="M0-3.6v3.8l2.6 1.6" />`;
    case "stopping":
      return html`<path class="sign" d="M-3.4 0h6.8" />`;
  }
}
