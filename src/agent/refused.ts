import type { Finding } from "../core/manifest/finding.ts";

/** What was asked cannot be done, and whoever wrote the repository or the request can mend it: not a fault of ours. */
export class Refused extends Error {
  override name = "Refused";
  readonly findings: readonly Finding[];

  constructor(message: string, findings: readonly Finding[] = []) {
    super(message);
    this.findings = findings;
  }
}
