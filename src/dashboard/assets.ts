import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Hono } from "hono";

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#8250df" d="M12 1.8l2.9 6.6 7.2.7-5.4 4.8 1.6 7L12 17.2l-6.3 3.7 1.6-7L1.9 9.1l7.2-.7z"/></svg>`;

const read = (name: string): string => readFileSync(new URL(`browser/${name}.css`, import.meta.url), "utf8");

const files = {
  style: { text: ["page", "plan"].map(read).join("\n"), name: "plan.css", type: "text/css; charset=utf-8" },
  icon: { text: icon, name: "icon.svg", type: "image/svg+xml" },
};

const urlOf = ({ text, name }: { text: string; name: string }): string =>
  `/plans/assets/${createHash("sha256").update(text).digest("hex").slice(0, 12)}/${name}`;

/** Each file's address changes with its content, so that browsers may keep it for good. */
export const assetUrls = { style: urlOf(files.style), icon: urlOf(files.icon) };

export function serveAssets(app: Hono): void {
  for (const file of Object.values(files)) {
    app.get(urlOf(file), (c) =>
      c.body(file.text, 200, { "Content-Type": file.type, "Cache-Control": "public, max-age=31536000, immutable" }),
    );
  }
}
