import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { readAgentConfig } from "../../src/agent/agent-config.ts";

const logger = pino({ level: "silent" });
const repository = { id: 42, url: "https://github.com/acme/state.git" };
const good = { TRUEUP_CLUSTER: "prod-eu", TRUEUP_REPOSITORIES: JSON.stringify([repository]) };

test("two variables are enough for an agent without a bot", () => {
  expect(readAgentConfig(good, logger)).toMatchObject({
    cluster: "prod-eu",
    namespace: "trueup-system",
    pollMs: 30_000,
    repositories: [{ ...repository, transports: ["https", "ssh"] }],
  });
  expect(readAgentConfig(good, logger).bot).toBeUndefined();
});

test("the namespaces that an agent is confined to may have spaces between and stand twice", () => {
  expect(readAgentConfig({ ...good, TRUEUP_CONFINE: "shop, till,shop" }, logger).confine).toEqual(["shop", "till"]);
  expect(readAgentConfig(good, logger)).not.toHaveProperty("confine");
});

test("a rotated password counts at the next contact, and files may hold everything", async () => {
  const folder = mkdtempSync(join(tmpdir(), "trueup-config-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  try {
    const passwordFile = file("password", "old\n");
    const config = readAgentConfig(
      {
        TRUEUP_CLUSTER: "here",
        TRUEUP_REPOSITORIES: file("repositories.json", JSON.stringify([{ ...repository, passwordFile }])),
        TRUEUP_BOT_URL: "https://bot.example",
        TRUEUP_AGENT_TOKEN_FILE: file("token", "secret\n"),
      },
      logger,
    );
    expect(config.bot).toMatchObject({ url: "https://bot.example", token: "secret" });
    expect(await config.repositories[0]?.credential()).toEqual({ username: "x-access-token", password: "old" });
    file("password", "new\n");
    expect(await config.repositories[0]?.credential()).toMatchObject({ password: "new" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const list = (entry: unknown) => JSON.stringify([entry]);
test.each([
  [{ TRUEUP_CLUSTER: undefined }, "TRUEUP_CLUSTER is not set"],
  [{ TRUEUP_CLUSTER: "Not A Name" }, 'TRUEUP_CLUSTER is "Not A Name"'],
  [
    { TRUEUP_REPOSITORIES: "/nowhere/repositories.json" },
    "TRUEUP_REPOSITORIES: /nowhere/repositories.json cannot be read",
  ],
  [{ TRUEUP_REPOSITORIES: "[" }, "TRUEUP_REPOSITORIES is no JSON"],
  [{ TRUEUP_REPOSITORIES: "[]" }, "at least one repository"],
  [{ TRUEUP_REPOSITORIES: list({ ...repository, id: "42" }) }, "[0].id must be GitHub's number"],
  [{ TRUEUP_REPOSITORIES: list({ ...repository, branch: "main" }) }, 'unknown field "branch"'],
  [{ TRUEUP_REPOSITORIES: list({ ...repository, paths: "state" }) }, "[0].paths must be a list"],
  [{ TRUEUP_BOT_URL: "https://bot.example" }, "TRUEUP_AGENT_TOKEN is not; set it"],
  [{ TRUEUP_POLL_SECONDS: "0" }, "at least 1"],
  [{ TRUEUP_CONFINE: "" }, 'TRUEUP_CONFINE is ""'],
  [{ TRUEUP_CONFINE: "shop, Till" }, '"Till" is no namespace'],
  [{ TRUEUP_CONFINE: "shop,trueup-system" }, "trueup-system, the agent's own namespace"],
])("%o is refused, and the message says how to mend it", (wrong, message) => {
  expect(() => readAgentConfig({ ...good, ...wrong }, logger)).toThrow(message);
});
