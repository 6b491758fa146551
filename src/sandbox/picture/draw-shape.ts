import { html } from "hono/html";
import type { KubeObject } from "../../core/manifest/kube-object.ts";

/** What a `Shape` asks for, each value replaced by a harmless one when it is not what the schema allows. */
export interface ShapeLook {
  shape: string;
  color: string;
  size: number;
  points: number;
}

export function lookOf(object: KubeObject): ShapeLook {
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  const within = (value: unknown, least: number, most: number, otherwise: number): number =>
    typeof value === "number" && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
  const color = String(spec.color ?? "");
  return {
    shape: String(spec.shape ?? "nothing").slice(0, 20),
    color: /^([a-z]{3,20}|#[0-9a-f]{3,8})$/i.test(color) ? color : "gray",
    size: within(spec.size, 10, 100, 50),
    points: Math.round(within(spec.points, 3, 24, 5)),
  };
}

/** `purple star, size 60`. */
export const inWords = ({ shape, color, size }: ShapeLook): string => `${color} ${shape}, size ${size}`;

/** An SVG of the shape on a field of 100 × 100. */
export function drawShape(look: ShapeLook, title: string) {
  const { shape, color, size, points } = look;
  const radius = (size / 100) * 47;
  return html`<svg class="drawn shape" viewBox="0 0 100 100" role="img" aria-label="${title}">
    <title>${title}</title>
    <path d="${outline(shape, radius, points)}" fill="${color}" stroke-linejoin="round" />
  </svg>`;
}

/** A dashed place where a shape should be. */
export function drawNoShape(look: ShapeLook | undefined, title: string) {
  const path = look === undefined ? circle(24) : outline(look.shape, (look.size / 100) * 47, look.points);
  return html`<svg class="drawn shape" viewBox="0 0 100 100" role="img" aria-label="${title}">
    <title>${title}</title>
    <path d="${path}" class="absent" />
  </svg>`;
}

function outline(shape: string, radius: number, points: number): string {
  switch (shape) {
    case "star":
      return polygon(points * 2, (index) => (index % 2 === 0 ? radius : radius * 0.42));
    case "square":
      return polygon(4, () => radius, Math.PI / 4);
    case "triangle":
      return polygon(3, () => radius);
    case "hexagon":
      return polygon(6, () => radius);
    case "heart": {
      const r = radius / 24;
      const at = (x: number, y: number): string => `${round(50 + x * r)} ${round(50 + y * r)}`;
      return `M${at(0, 22)}C${at(-34, -2)} ${at(-20, -26)} ${at(0, -10)}C${at(20, -26)} ${at(34, -2)} ${at(0, 22)}Z`;
    }
    case "circle":
      return circle(radius);
    default:
      return circle(radius);
  }
}

function circle(radius: number): string {
  const r = round(radius);
  return `M${round(50 - radius)} 50a${r} ${r} 0 1 0 ${round(2 * radius)} 0a${r} ${r} 0 1 0 ${round(-2 * radius)} 0Z`;
}

/** Corners around the centre, the first one straight up. */
function polygon(corners: number, radiusOf: (index: number) => number, turn = 0): string {
  const at = (index: number): string => {
    const angle = (index / corners) * 2 * Math.PI - Math.PI / 2 + turn;
    const radius = radiusOf(index);
    return `${round(50 + radius * Math.cos(angle))} ${round(50 + radius * Math.sin(angle))}`;
  };
  return `M${Array.from({ length: corners }, (_, index) => at(index)).join("L")}Z`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
