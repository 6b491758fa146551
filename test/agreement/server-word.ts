import { Pool } from "undici";
import type { ServedKind } from "../../src/core/schema/kind-table.ts";
import type { ControlPlane } from "../harness/control-plane.ts";

/** What the real API server says to an object by a strict server-side apply. */
export interface ServerWord {
  verdict: "accepted" | "rejected" | "undecided";
  message: string;
  /** Fields that it names, as it writes them: `spec.template.spec.containers[0].name`. */
  fields: readonly string[];
  /** What it accepts and warns of. */
  warnings: readonly string[];
}

export interface RealServer {
  /** Of an object that is not written. */
  word(object: unknown): Promise<ServerWord>;
  /** Writes the object, which must be accepted. */
  make(object: unknown): Promise<void>;
  close(): Promise<void>;
}

/** What an answer is about that depends on which other objects there are, and says nothing about this one. */
const ofOthers = /namespaces? "[^"]*" not found|no PriorityClass with name|RuntimeClass "?[^"]*"? not found/;

/** @param kindOf undefined for a kind that has no path to send it to */
export function realServer(
  { url, ca, token }: ControlPlane,
  kindOf: (apiVersion: string, kind: string) => ServedKind | undefined,
): RealServer {
  const pool = new Pool(url, { connect: { ca }, connections: 16, allowH2: false });

  /** Once more when the server has closed the connection, which it does after a panic too; undefined when it does so again. */
  async function request(options: Parameters<Pool["request"]>[0]) {
    const closed = (thrown: NodeJS.ErrnoException) => {
      if (!["UND_ERR_SOCKET", "ECONNRESET"].includes(thrown.code ?? "")) throw thrown;
      return undefined;
    };
    return (await pool.request(options).catch(closed)) ?? (await pool.request(options).catch(closed));
  }

  async function apply(object: unknown, dryRun: boolean): Promise<ServerWord> {
    const { apiVersion, kind, metadata } = record(object);
    const { name, namespace } = record(metadata);
    const served = typeof apiVersion === "string" && typeof kind === "string" ? kindOf(apiVersion, kind) : undefined;
    // There is no path to send it to, so that no server could accept it.
    if (served === undefined) return { verdict: "rejected", message: "no path", fields: [], warnings: [] };
    if (typeof name !== "string" || name === "") {
      return { verdict: "rejected", message: "no name", fields: ["metadata.name"], warnings: [] };
    }
    const root = (apiVersion as string).includes("/") ? "apis" : "api";
    const space = typeof namespace === "string" && namespace !== "" ? namespace : "default";
    const scope = served.namespaced ? `/namespaces/${encodeURIComponent(space)}` : "";
    const answer = await request({
      method: "PATCH",
      path: `/${root}/${apiVersion}${scope}/${served.plural}/${encodeURIComponent(name)}`,
      query: { fieldManager: "agreement", force: true, fieldValidation: "Strict", ...(dryRun && { dryRun: "All" }) },
      headers: { authorization: `Bearer ${token}`, "content-type": "application/apply-patch+yaml" },
      body: JSON.stringify(object),
    });
    if (answer === undefined) return { verdict: "undecided", message: "no answer", fields: [], warnings: [] };
    const { statusCode, headers, body } = answer;
    const text = await body.text();
    const warnings = [headers.warning ?? []].flat();
    if (statusCode < 300) return { verdict: "accepted", message: "", fields: [], warnings };
    const { message = text, details } = parsed(text);
    const fields = (details?.causes ?? []).flatMap(({ field }) => (field === undefined ? [] : [field]));
    return { verdict: ofOthers.test(message) ? "undecided" : "rejected", message, fields, warnings };
  }

  return {
    word: (object) => apply(object, true),
    async make(object) {
      const { verdict, message } = await apply(object, false);
      if (verdict !== "accepted") throw new Error(`the server refuses what the test needs: ${message}`);
    },
    close: () => pool.close(),
  };
}

interface Status {
  message?: string;
  details?: { causes?: { field?: string }[] };
}

function parsed(text: string): Status {
  try {
    return JSON.parse(text) as Status;
  } catch {
    return {};
  }
}

function record(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
