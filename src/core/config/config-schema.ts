import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import schema from "../../../schemas/trueup.schema.json" with { type: "json" };
import { explain, type SchemaFinding } from "../schema/explain.ts";
import { fieldPath, pointerTo } from "../schema/field-path.ts";
import { shown } from "../schema/shown.ts";

/** `.trueup.yaml` by `schemas/trueup.schema.json`: every field there, the defaults filled in. */
export interface ConfigFile {
  systems: { [name: string]: ConfigEntry };
}

export interface ConfigEntry {
  cluster: string;
  path: string;
  branch?: string;
  namespace?: string;
  confine: boolean;
  dependsOn: string[];
  prune: boolean;
  heal: boolean;
  exact: boolean;
  ignore: { kind?: string; name?: string; namespace?: string; paths: string[] }[];
  protect: { maxDeletions: string | number };
  timeout: string;
  approvers: string[];
}

let compiled: ValidateFunction<ConfigFile> | undefined;

/** Compiled when it is first needed: many runs of the command line never do. */
function validator(): ValidateFunction<ConfigFile> {
  if (compiled === undefined) {
    const ajv = new Ajv2020({
      allErrors: true,
      verbose: true,
      useDefaults: true,
      allowUnionTypes: true,
      // That it is a schema, the tests make sure of once.
      meta: false,
      validateSchema: false,
    });
    // What a value should have been, for people; told instead of the regular expression.
    ajv.addVocabulary(["x-expected"]);
    compiled = ajv.compile<ConfigFile>(schema);
  }
  return compiled;
}

const mostFindings = 50;

/** Fills the defaults into `value`, which is the config when there are no findings. */
export function checkConfigShape(value: unknown): { config: ConfigFile } | { findings: SchemaFinding[] } {
  const validate = validator();
  if (validate(value)) return { config: value };
  const told = (validate.errors ?? []).filter(({ propertyName }) => propertyName === undefined);
  return { findings: told.slice(0, mostFindings).map(explainConfigError) };
}

function explainConfigError(error: ErrorObject): SchemaFinding {
  const { keyword, instancePath, data, parentSchema, params } = error;
  if (keyword === "propertyNames") {
    const name: string = params.propertyName;
    const message = `The system's name ${JSON.stringify(name.slice(0, 80))} must be ${schema.$defs.name["x-expected"]}.`;
    return { pointer: pointerTo(instancePath, name), rule: "invalid-name", message, severity: "error" };
  }
  const expected: unknown = parentSchema?.["x-expected"];
  if (typeof expected === "string" && keyword !== "type") {
    const message = `\`${fieldPath(instancePath)}\` must be ${expected}, but it is ${shown(data)}.`;
    return { pointer: instancePath, rule: "invalid-value", message, severity: "error" };
  }
  const field = params.additionalProperty ?? params.missingProperty;
  const failure = { at: instancePath, data, schema: parentSchema ?? {}, keyword, params: { field } };
  return explain(failure, "`.trueup.yaml`", undefined);
}
