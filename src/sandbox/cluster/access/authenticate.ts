import { createHash, timingSafeEqual } from "node:crypto";
import { StatusError } from "../status-error.ts";
import type { Credentials } from "./credentials.ts";

export interface User {
  name: string;
  groups: readonly string[];
}

/** @returns who shows an `Authorization` header; throws the 401 for anybody unknown */
export function authenticator({ adminToken, agentToken }: Credentials): (header: string | undefined) => User {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const known: [Buffer, User][] = [
    [digest(adminToken), { name: "admin", groups: ["system:masters", "system:authenticated"] }],
    [
      digest(agentToken),
      {
        name: "system:serviceaccount:trueup:agent",
        groups: ["system:serviceaccounts", "system:masters", "system:authenticated"],
      },
    ],
  ];
  return (header) => {
    const [, token] = /^Bearer ([^\s]+)$/i.exec(header ?? "") ?? [];
    const shown = token === undefined ? undefined : digest(token);
    const found = known.find(([wanted]) => shown !== undefined && timingSafeEqual(wanted, shown));
    if (found === undefined) throw new StatusError(401, "Unauthorized", "Unauthorized");
    return found[1];
  };
}
