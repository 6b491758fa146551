import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";

/** GitHub's own description of its API, as the measure for whatever answers in its place. */
export interface GithubSchema {
  /** What is wrong with this answer, one line each; none when GitHub could have given it. `path` begins below the API's root. */
  answerProblems(method: string, path: string, status: number, body: unknown): string[];
  /** The same for a webhook's payload. */
  payloadProblems(event: string, payload: unknown): string[];
}

type Schema = Record<string, unknown>;
type Media = { content?: { "application/json"?: { schema: Schema } } };
type Operation = { responses: Record<string, Media | { $ref: string }> };
interface Description {
  paths: Record<string, Record<string, Operation>>;
  "x-webhooks": Record<string, { post: { requestBody: Media } }>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Media> };
}

let loaded: GithubSchema | undefined;

/** Read once per process: it is 13 MB. */
export function githubSchema(): GithubSchema {
  loaded ??= load();
  return loaded;
}

function load(): GithubSchema {
  const file = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
  const description = JSON.parse(readFileSync(file, "utf8")) as Description;
  const routes = Object.keys(description.paths).map((template) => ({ template, pattern: patternOf(template) }));
  // The most literal first: `/issues/comments` before `/issues/{number}`.
  routes.sort((a, b) => variables(a.template) - variables(b.template) || b.template.length - a.template.length);

  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  ajvFormats.default(ajv);
  const added = new Set<string>();
  const addComponent = (name: string): void => {
    if (added.has(name)) return;
    added.add(name);
    ajv.addSchema(translated(description.components.schemas[name]!, addComponent) as Schema, componentKey(name));
  };
  const compiled = new Map<string, ValidateFunction>();
  const problems = (key: string, schema: Schema, value: unknown): string[] => {
    const validate = compiled.get(key) ?? ajv.compile(translated(schema, addComponent) as Schema);
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).slice(0, 12).map(({ instancePath, message, params }) => {
      return `${key}: ${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
    });
  };
  return {
    answerProblems(method, path, status, body) {
      const asked = path.replace(/\?.*$/s, "");
      const route = routes.find(
        ({ template, pattern }) =>
          pattern.test(asked) && description.paths[template]![method.toLowerCase()] !== undefined,
      );
      if (route === undefined) return [`GitHub has no ${method} ${asked}`];
      const key = `${method} ${route.template} ${status}`;
      const named = description.paths[route.template]![method.toLowerCase()]!.responses[String(status)];
      const response =
        named !== undefined && "$ref" in named ? description.components.responses[lastPart(named.$ref)] : named;
      if (response === undefined) {
        // Every operation can be refused in the common way without saying so.
        if (status < 400) return [`${key}: GitHub never answers this`];
        return problems("basic-error", description.components.schemas["basic-error"]!, body);
      }
      const schema = response.content?.["application/json"]?.schema;
      if (schema === undefined) return body === undefined || status >= 400 ? [] : [`${key}: has no body`];
      return problems(key, schema, body);
    },
    payloadProblems(event, payload) {
      const { action } = payload as { action?: string };
      const name = [event, ...(action === undefined ? [] : [action])].join("-").replaceAll("_", "-");
      const schema = description["x-webhooks"][name]?.post.requestBody.content?.["application/json"]?.schema;
      return schema === undefined ? [`GitHub has no event ${name}`] : problems(`event ${name}`, schema, payload);
    },
  };
}

function variables(template: string): number {
  return template.split("{").length;
}

/** Where GitHub takes slashes in a path's variable. */
const withSlashes = new Set(["path", "ref", "basehead", "branch", "tree_sha"]);

function patternOf(template: string): RegExp {
  const parts = template.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith("{")) return part.replaceAll(/[.*+?^$()[\]\\|]/g, "\\$&");
    return withSlashes.has(part.slice(1, -1)) ? ".*" : "[^/]+";
  });
  return new RegExp(`^${parts.join("")}$`);
}

function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

function componentKey(name: string): string {
  return `github:${name}`;
}

/** OpenAPI 3.0 as JSON Schema: `nullable` becomes a type; GitHub's `oneOf` overlap in places, so one of them suffices. */
function translated(node: unknown, needs: (component: string) => void): unknown {
  if (Array.isArray(node)) return node.map((item) => translated(item, needs));
  if (typeof node !== "object" || node === null) return node;
  const { nullable, oneOf, example: _, examples: __, ...rest } = node as Schema;
  const schema: Schema = {};
  for (const [key, value] of Object.entries(rest)) {
    if (key === "$ref" && typeof value === "string") {
      needs(lastPart(value));
      schema.$ref = componentKey(lastPart(value));
    } else schema[key] = translated(value, needs);
  }
  // An optional address that was not given is told as its default, the empty text.
  if (rest.default === "") delete schema.format;
  // One list demands accounts that are a person and an enterprise at once; everywhere else it is either.
  if ((rest.allOf as Schema[] | undefined)?.some(({ title }) => title === "Enterprise")) {
    schema.anyOf = schema.allOf;
    delete schema.allOf;
  }
  if (oneOf !== undefined) schema.anyOf = translated(oneOf, needs);
  return nullable === true ? { anyOf: [{ type: "null" }, schema] } : schema;
}
