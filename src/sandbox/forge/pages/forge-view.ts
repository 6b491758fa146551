import type { Forge } from "../forge.ts";

/** What the pages need of the forge. */
export type ForgeView = Pick<Forge, "url" | "person" | "maintainer" | "repositories" | "repository" | "subscribe">;
