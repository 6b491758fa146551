import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import type { CommandBatch, MessageBatch } from "./envelope.ts";
import type { AgentMessage, Command } from "./messages.ts";

/** A message that is not what `schemas/link.schema.json` says: `where` is a JSON pointer into it. */
export class SchemaMismatch extends Error {
  override name = "SchemaMismatch";
}

const ajv = new Ajv2020({ discriminator: true, strict: true, strictRequired: false });
ajvFormats.default(ajv, ["date-time"]);
const schema = readSchema("link");
ajv.addSchema([schema, readSchema("plan")]);

const validators = {
  commandBatch: compile("commandBatch"),
  command: compile("command"),
  messageBatch: compile("messageBatch"),
  message: compile("message"),
};

/**
 * A newer bot may ask for what this agent does not know yet: one such command must not keep the agent from all others.
 *
 * @returns the commands that are what the schema says, and what is wrong with the others
 * @throws SchemaMismatch when it is no batch at all
 */
export function checkCommandBatch(value: unknown): CommandBatch & { refused: string[] } {
  const batch = checked<CommandBatch>("commandBatch", value);
  const refused: string[] = [];
  const commands = batch.commands.filter((command) => {
    try {
      return checked<Command>("command", command);
    } catch (error) {
      if (!(error instanceof SchemaMismatch)) throw error;
      refused.push(error.message);
      return false;
    }
  });
  return { ...batch, commands, refused };
}

/** @throws SchemaMismatch */
export function checkMessageBatch(value: unknown): MessageBatch {
  return checked<MessageBatch>("messageBatch", value);
}

/** @throws SchemaMismatch */
export function checkMessage(value: unknown): AgentMessage {
  return checked<AgentMessage>("message", value);
}

/** Beside the sources and beside the built program alike. */
function readSchema(name: "link" | "plan"): { $id: string } {
  return JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), "utf8"));
}

function compile(definition: string): ValidateFunction {
  const validate = ajv.getSchema(`${schema.$id}#/$defs/${definition}`);
  if (validate === undefined) throw new Error(`schemas/link.schema.json defines no ${definition}`);
  return validate;
}

/** The text names the place and the rule, never the value: it may be a secret and ends in logs. */
function checked<T>(definition: keyof typeof validators, value: unknown): T {
  const validate = validators[definition];
  if (validate(value)) return value as T;
  const error = validate.errors?.[0];
  throw new SchemaMismatch(`${definition} at ${error?.instancePath || "/"}: ${error?.message ?? "does not match"}`);
}
