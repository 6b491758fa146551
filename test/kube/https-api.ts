import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { generate } from "selfsigned";

const validity = {
  keyType: "ec",
  algorithm: "sha256",
  notBeforeDate: new Date(Date.now() - 3_600_000),
  notAfterDate: new Date(Date.now() + 24 * 3_600_000),
} as const;

/** An authority of a test's own. */
export interface Authority {
  ca: string;
  /** A certificate that it signed: for a server on loopback, or for a client of this name. */
  sign(name: string): Promise<{ cert: string; key: string }>;
}

export async function makeAuthority(name: string): Promise<Authority> {
  const authority = await generate([{ name: "commonName", value: name }], {
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    ca: authority.cert,
    async sign(name) {
      const signed = await generate([{ name: "commonName", value: name }], {
        ...validity,
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: "basicConstraints", cA: false, critical: true },
          { name: "extKeyUsage", serverAuth: true, clientAuth: true },
          { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
        ],
      });
      return { cert: signed.cert, key: signed.private };
    },
  };
}

/** What one request was sent with. */
export interface Caller {
  token: string | undefined;
  /** Common name of the client's certificate. */
  client: string | undefined;
}

export interface HttpsApi {
  url: string;
  /** Of each request, in order. */
  callers: Caller[];
  /** Who is let in; everybody else gets 401. */
  admits: (caller: Caller) => boolean;
  /** Status for those who are let in. */
  answers: number;
  /** Shows a certificate of another authority from the next connection on. */
  showCertificateOf(authority: Authority): Promise<void>;
  close(): Promise<void>;
}

/** An HTTPS server that lets in whom the test says, and answers everything with an empty object. */
export async function startHttpsApi(authority: Authority): Promise<HttpsApi> {
  const server: Server = createServer({
    ...(await authority.sign("api")),
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ["http/1.1"],
  });
  const api: HttpsApi = {
    url: "",
    callers: [],
    admits: () => true,
    answers: 200,
    async showCertificateOf(other) {
      server.setSecureContext(await other.sign("api"));
      server.closeAllConnections();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  server.on("request", (request, response) => {
    const caller = {
      token: request.headers.authorization?.replace(/^Bearer /, ""),
      client: (request.socket as TLSSocket).getPeerCertificate()?.subject?.CN as string | undefined,
    };
    api.callers.push(caller);
    const status = api.admits(caller) ? api.answers : 401;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 200 ? "{}" : JSON.stringify({ kind: "Status", code: 401, message: "Unauthorized" }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  api.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}
