import { createSign } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Forge, ForgeRepository } from "../../../../src/sandbox/forge/forge.ts";
import { forgePages } from "../../../../src/sandbox/forge/pages/pages.ts";
import { startForge } from "../../../../src/sandbox/forge/start-forge.ts";

export interface Opened {
  forge: Forge;
  repository: ForgeRepository;
  /** A page's text; throws unless the answer is this status. */
  page(path: string, status?: number): Promise<string>;
  /** Sends a form as a browser does; the answer is not followed. */
  send(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

/** A forge with one repository, `acme/shop`, and its pages, gone when the test ends. */
export async function openPages(files: Record<string, string | Uint8Array>): Promise<Opened> {
  const dir = await mkdtemp(join(tmpdir(), "trueup-pages-"));
  const forge = await startForge({ dir });
  onTestFinished(async () => {
    await forge.stop();
    await rm(dir, { recursive: true });
  });
  forge.mount(forgePages({ forge }));
  await forge.createRepository({ owner: "acme", name: "shop", files: new Map(Object.entries(files)) });
  return {
    forge,
    repository: forge.repository("acme/shop")!,
    async page(path, status = 200) {
      const answer = await fetch(forge.url + path);
      const text = await answer.text();
      if (answer.status !== status) throw new Error(`GET ${path}: ${answer.status}\n${text}`);
      return text;
    },
    send: (path, fields, headers = { origin: forge.url, "sec-fetch-site": "same-origin" }) =>
      fetch(forge.url + path, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" }),
  };
}

/** A POST to the REST API with the installed app's own token. */
export async function writeAsApp({ app, apiUrl }: Forge, path: string, body: unknown): Promise<void> {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - 30, exp: now + 300, iss: app.id })}`;
  const jwt = `${claims}.${createSign("RSA-SHA256").update(claims).sign(app.privateKey).toString("base64url")}`;
  const call = async <T>(at: string, method: string, token: string, sent?: unknown): Promise<T> => {
    const answer = await fetch(apiUrl + at, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const [installation] = await call<{ id: number }[]>("/app/installations", "GET", jwt);
  const { token } = await call<{ token: string }>(
    `/app/installations/${installation!.id}/access_tokens`,
    "POST",
    jwt,
    {},
  );
  await call(path, "POST", token, body);
}
