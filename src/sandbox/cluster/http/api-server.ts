import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { User } from "../access/authenticate.ts";
import type { Clock } from "../clock.ts";
import type { ProtobufReader } from "../decode/protobuf.ts";
import type { Registry } from "../registry/registry.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import { methodNotAllowed, NoSuchPage, notImplemented, StatusError } from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import { acceptedForm } from "./accept.ts";
import { deleteCollection, deleteOne } from "./delete.ts";
import { deprecationOf } from "./deprecation.ts";
import { discoveryAnswer } from "./discovery.ts";
import { answer, answerError, answerJson, type Exchange } from "./exchange.ts";
import type { OpenApi } from "./openapi.ts";
import { patchObject } from "./patch.ts";
import { getObject, listObjects } from "./read.ts";
import { type Target, targetOf } from "./request-path.ts";
import { watchObjects } from "./watch.ts";
import { createObject, updateObject } from "./write.ts";

/** What the server speaks for. */
export interface Served {
  registry: Registry;
  storage: ObjectStorage;
  catalogue: Catalogue;
  openApi: OpenApi;
  readProtobuf: ProtobufReader;
  clock: Clock;
  authenticate: (header: string | undefined) => User;
  /** Of Kubernetes: `v1.37.2`. */
  version: string;
}

export interface ApiServer {
  port: number;
  stop(): Promise<void>;
}

/** Serves the API over TLS on 127.0.0.1. Port 0 takes a free one; rejects when the port is taken. */
export async function startApiServer(
  served: Served,
  { port, key, certificate }: { port: number; key: string; certificate: string },
): Promise<ApiServer> {
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const url = new URL(request.url ?? "/", "https://localhost");
    const exchange = {
      request,
      response,
      method: request.method ?? "GET",
      // A slash at the end changes nothing.
      path: url.pathname.replace(/(?<=^\/(?:apis?|version).*)\/$/, ""),
      query: url.searchParams,
      now: served.clock.now(),
      warnings: [],
      readProtobuf: served.readProtobuf,
      knows: (apiVersion: string, kind: string) => served.catalogue.findKind(apiVersion, kind) !== undefined,
    };
    handle(exchange, served).catch((error: unknown) => fail(exchange, error));
  });
  // A watch is silent for as long as nothing happens.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 120_000;
  await listening(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function handle(asked: Omit<Exchange, "user">, served: Served): Promise<void> {
  const { path } = asked;
  const exchange: Exchange = { ...asked, user: served.authenticate(asked.request.headers.authorization) };
  const acting = Object.keys(asked.request.headers).find((name) => name.startsWith("impersonate-"));
  if (acting !== undefined) throw notImplemented("acting as somebody else (impersonation)");
  if (path === "/readyz" || path === "/livez" || path === "/healthz") {
    answer(exchange, 200, "text/plain; charset=utf-8", "ok");
    return;
  }
  const { catalogue } = served;
  const target = targetOf(path, catalogue);
  if (target !== undefined) return handleResource(exchange, served, target);
  if (exchange.method !== "GET") throw new NoSuchPage();
  if (path === "/version") {
    answerJson(exchange, 200, JSON.stringify(versionOf(served.version)));
    return;
  }
  if (path.startsWith("/openapi/")) {
    if (path === "/openapi/v2") throw notImplemented("OpenAPI v2, where /openapi/v3 is served");
    const document = served.openApi.v3(path);
    if (document === undefined) throw new NoSuchPage();
    acceptedForm(exchange.request.headers.accept);
    answerJson(exchange, 200, document);
    return;
  }
  const discovered = discoveryAnswer(
    path,
    exchange.request.headers.accept,
    catalogue,
    exchange.request.headers.host ?? "",
  );
  if (discovered === undefined) throw new NoSuchPage();
  answer(exchange, 200, discovered.type, JSON.stringify(discovered.body));
}

async function handleResource(exchange: Exchange, served: Served, target: Target): Promise<void> {
  const { registry } = served;
  const { name, resource } = target;
  const deprecated = deprecationOf(resource);
  if (deprecated !== undefined) exchange.warnings.push(deprecated);
  const watch = /^(true|1)$/i.test(exchange.query.get("watch") ?? "");
  if (name === undefined) {
    switch (exchange.method) {
      case "GET":
        return watch ? watchObjects(exchange, served, target) : listObjects(exchange, served, target);
      case "POST":
        return createObject(exchange, registry, target);
      case "DELETE":
        return deleteCollection(exchange, served, target);
    }
    throw methodNotAllowed();
  }
  const named = { ...target, name };
  // What holds a namespace is only written whole.
  if (target.subresource === "finalize" && exchange.method !== "PUT") throw methodNotAllowed();
  switch (exchange.method) {
    case "GET":
      return watch ? watchObjects(exchange, served, target) : getObject(exchange, served, named);
    case "PUT":
      return updateObject(exchange, registry, named);
    case "PATCH":
      return patchObject(exchange, registry, named);
    case "DELETE":
      return deleteOne(exchange, registry, named);
  }
  throw methodNotAllowed();
}

function fail(exchange: Omit<Exchange, "user">, error: unknown): void {
  const { response } = exchange;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status =
    error instanceof StatusError
      ? error
      : new StatusError(
          500,
          "InternalError",
          `Internal error occurred: ${error instanceof Error ? error.message : error}`,
        );
  answerError(exchange, status);
}

function versionOf(gitVersion: string): object {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: "",
    gitTreeState: "",
    buildDate: "",
    goVersion: "",
    compiler: "",
    platform: "",
  };
}
