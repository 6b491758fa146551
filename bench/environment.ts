import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Forge, RepositoryAddress } from "../src/sandbox/forge/forge.ts";

export interface Setting {
  dir: string;
  botPort: number;
  forge: Forge;
  /** The forge as bot and agent see it. */
  githubUrl: string;
  /** The bot as forge and agent see it. */
  botUrl: string;
  agentToken: string;
  repository: RepositoryAddress;
  kubeconfigPath: string;
}

/** What `trueup bot --help` asks for. */
export function botEnvironment({ dir, botPort, forge, githubUrl, agentToken }: Setting): Record<string, string> {
  return {
    APP_ID: String(forge.app.id),
    PRIVATE_KEY: forge.app.privateKey,
    WEBHOOK_SECRET: forge.app.webhookSecret,
    GITHUB_API_URL: `${githubUrl}/api/v3`,
    TRUEUP_DATA_DIR: join(dir, "bot"),
    TRUEUP_AGENT_TOKENS: JSON.stringify({ sandbox: agentToken }),
    PORT: String(botPort),
    HOST: "127.0.0.1",
  };
}

/** What `trueup agent --help` asks for. */
export function agentEnvironment(setting: Setting): Record<string, string> {
  const { dir, botUrl, forge, githubUrl, agentToken, repository, kubeconfigPath } = setting;
  const { username, password } = forge.agentCredential(repository.fullName);
  const file = (name: string, content: string): string => {
    const path = join(dir, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const repositories = [
    {
      id: repository.id,
      url: `${githubUrl}/${repository.fullName}.git`,
      transports: ["http"],
      usernameFile: file("git-username", username),
      passwordFile: file("git-password", password),
    },
  ];
  return {
    TRUEUP_CLUSTER: "sandbox",
    TRUEUP_REPOSITORIES: JSON.stringify(repositories),
    TRUEUP_BOT_URL: botUrl,
    TRUEUP_AGENT_TOKEN: agentToken,
    TRUEUP_DATA_DIR: join(dir, "agent"),
    TRUEUP_KUBECONFIG: kubeconfigPath,
  };
}
