/** A forge in a process of its own, to be killed: `forge-process.ts DIR PORT WEBHOOK`; says where it is on its first line. */
import { startForge } from "../../../src/sandbox/forge/start-forge.ts";
import { everyEvent, firstFiles } from "./running-forge.ts";

const [dir = "", port = "0", webhook = ""] = process.argv.slice(2);
const forge = await startForge({ dir, port: Number(port), appEvents: everyEvent });
forge.setWebhookUrl(webhook);
const [repository] =
  forge.repositories().length > 0
    ? forge.repositories()
    : [await forge.createRepository({ owner: "acme", name: "shop", files: firstFiles })];
console.log(JSON.stringify({ port: Number(new URL(forge.url).port), token: forge.person.token, repository }));
