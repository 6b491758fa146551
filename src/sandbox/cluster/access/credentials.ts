import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";

/** Who may in, and how the server proves who it is. */
export interface Credentials {
  /** PEM of the authority that clients trust. */
  ca: string;
  key: string;
  certificate: string;
  adminToken: string;
  agentToken: string;
}

const lifetime = 10 * 365 * 24 * 3_600_000;
const host = [
  { type: 2, value: "localhost" },
  { type: 7, ip: "127.0.0.1" },
] as const;

/** The folder's credentials, made when it has none; without a folder they live as long as the process. */
export async function credentialsOf(folder: string | undefined, now: Date): Promise<Credentials> {
  if (folder === undefined) return make(now);
  const file = join(folder, "credentials.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const made = await make(now);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePrivate(file, JSON.stringify(made));
  return made;
}

/** Whole or not at all, and readable for its owner alone. */
export function writePrivate(file: string, content: string): void {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, file);
}

async function make(now: Date): Promise<Credentials> {
  const validity = {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(now.getTime() - 24 * 3_600_000),
    notAfterDate: new Date(now.getTime() + lifetime),
  } as const;
  const authority = await generate([{ name: "commonName", value: "trueup sandbox cluster authority" }], {
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "trueup sandbox cluster" }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [...host] },
    ],
  });
  return {
    ca: authority.cert,
    key: server.private,
    certificate: server.cert,
    adminToken: randomBytes(24).toString("hex"),
    agentToken: randomBytes(24).toString("hex"),
  };
}
