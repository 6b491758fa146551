import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import type { Definitions, OpenApiSchema } from "../../../core/schema/kubernetes-schemas.ts";
import { setOwn } from "../patch/merge-patch.ts";
import type { GoTypes } from "../resources/go-types.ts";
import { apiVersionOf } from "../resources/resource.ts";
import { badRequest, StatusError } from "../status-error.ts";
import { type ProtobufField, protobufFields } from "./protobuf-wire.ts";

export const protobufType = "application/vnd.kubernetes.protobuf";

const magic = Buffer.from("k8s\0", "latin1");
const prefix = "#/definitions/";
const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

/** Reads an object as Kubernetes' own clients send it: https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding */
export type ProtobufReader = (bytes: Buffer) => JsonObject;

/** Throws a 400 for what is no such object, a 415 for kinds of which we know no field numbers. */
export function protobufReader(definitions: Definitions, goTypes: GoTypes): ProtobufReader {
  const names = new Map(
    Object.entries(definitions).flatMap(([name, definition]) =>
      (definition["x-kubernetes-group-version-kind"] ?? []).map((gvk): [string, string] => [
        `${apiVersionOf(gvk)} ${gvk.kind}`,
        name,
      ]),
    ),
  );

  const message = (bytes: Buffer, name: string, properties: OpenApiSchema["properties"]): JsonObject => {
    const { numbers } = goTypes[name] ?? {};
    if (numbers === undefined || properties === undefined) throw unknown(name);
    const result: JsonObject = {};
    for (const part of protobufFields(bytes)) {
      const field = numbers[part.number];
      if (field === undefined) continue;
      if (field.startsWith(">")) {
        Object.assign(result, message(part.bytes(), field.slice(1), properties));
        continue;
      }
      const schema = properties[field];
      if (schema === undefined) continue;
      if (schema.type === "array") {
        result[field] ??= [];
        (result[field] as Json[]).push(value(part, schema.items ?? {}));
      } else if (schema.additionalProperties !== undefined) {
        const [key, item] = entry(part.bytes(), schema.additionalProperties);
        result[field] ??= {};
        setOwn(result[field] as JsonObject, key, item);
      } else result[field] = value(part, schema);
    }
    return result;
  };

  const entry = (bytes: Buffer, schema: OpenApiSchema): [string, Json] => {
    let key = "";
    let item: Json = schema.type === "string" ? "" : null;
    for (const part of protobufFields(bytes)) {
      if (part.number === 1) key = part.text();
      else if (part.number === 2) item = value(part, schema);
    }
    return [key, item];
  };

  const value = (part: ProtobufField, schema: OpenApiSchema): Json => {
    if (schema.$ref !== undefined) return referred(part, schema.$ref.slice(prefix.length));
    switch (schema.type) {
      case "string":
        return schema.format === "byte" ? part.bytes().toString("base64") : part.text();
      case "integer":
        return part.integer();
      case "boolean":
        return part.integer() !== 0;
      case "number":
        return part.double();
      default:
        throw unknown(`a field of type ${schema.type}`);
    }
  };

  const referred = (part: ProtobufField, name: string): Json => {
    switch (name) {
      case `${meta}Time`:
      case `${meta}MicroTime`:
        return time(part.bytes(), name.endsWith("MicroTime"));
      case `${meta}FieldsV1`:
      case "io.k8s.apimachinery.pkg.runtime.RawExtension":
        return JSON.parse(protobufFields(part.bytes())[0]?.text() ?? "null");
      case "io.k8s.apimachinery.pkg.api.resource.Quantity":
        return protobufFields(part.bytes())[0]?.text() ?? "0";
      case "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
        const [type, number, text] = [1, 2, 3].map((wanted) =>
          protobufFields(part.bytes()).find((it) => it.number === wanted),
        );
        return type?.integer() === 1 ? (text?.text() ?? "") : (number?.integer() ?? 0);
      }
    }
    return message(part.bytes(), name, definitions[name]?.properties);
  };

  return (bytes) => {
    try {
      if (!bytes.subarray(0, magic.length).equals(magic)) throw new RangeError("the prefix is missing");
      const envelope = protobufFields(bytes.subarray(magic.length));
      const [type, raw] = [1, 2].map((number) => envelope.find((it) => it.number === number));
      const [apiVersion, kind] = [1, 2].map(
        (number) =>
          protobufFields(type?.bytes() ?? Buffer.alloc(0))
            .find((it) => it.number === number)
            ?.text() ?? "",
      ) as [string, string];
      const name = names.get(`${apiVersion} ${kind}`);
      if (name === undefined) throw unknown(`${kind} of ${apiVersion}`);
      return { apiVersion, kind, ...message(raw?.bytes() ?? Buffer.alloc(0), name, definitions[name]?.properties) };
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError) {
        throw badRequest(`the object provided is unrecognized: no protobuf of Kubernetes: ${error.message}`);
      }
      throw error;
    }
  };
}

/** Null for the zero time, which stands for none. */
function time(bytes: Buffer, micro: boolean): string | null {
  const [seconds, nanoseconds] = [1, 2].map((number) => protobufFields(bytes).find((it) => it.number === number));
  if (seconds === undefined) return null;
  const whole = new Date(seconds.integer() * 1_000).toISOString().replace(/\.\d+Z$/, "");
  return micro
    ? `${whole}.${String(Math.floor((nanoseconds?.integer() ?? 0) / 1_000)).padStart(6, "0")}Z`
    : `${whole}Z`;
}

function unknown(what: string): StatusError {
  return new StatusError(415, "UnsupportedMediaType", `${what} cannot be read from protobuf; send it as JSON`, {});
}
