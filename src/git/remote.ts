import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GitError } from "./git-error.ts";
import type { Mirror, MirrorOptions } from "./mirror.ts";
import type { ObjectReader } from "./object-reader.ts";
import { type GitOutput, type GitRun, runGit } from "./run-git.ts";
import { assertObjectId, assertRef, isObjectId } from "./safe-names.ts";

export interface Remote
  extends Pick<Mirror, "fetchRef" | "fetchRefs" | "fetchCommits" | "remoteRefs" | "defaultBranch" | "has"> {
  fetchBlobs(ids: readonly string[]): Promise<void>;
  push(sha: string, branch: string): Promise<void>;
  /** Runs a command that may fetch blobs as it finds them missing. */
  withRemote(run: Omit<GitRun, "cwd" | "remote">): Promise<GitOutput>;
}

const fetchCommand = [
  "fetch",
  "--quiet",
  "--no-tags",
  "--no-write-fetch-head",
  "--no-auto-maintenance",
  "--recurse-submodules=no",
];
/** All history, and no content. */
const withoutBlobs = "--filter=blob:none";
/** What is new to a mirror will be read as a rule, and is little: together with its commits it costs no request of its own. */
const withSmallBlobs = "--filter=blob:limit=256k";

const fetchesPerTidying = 200;

/** Branch names can stand in each other's way (`a` goes, `a/b` comes); their hashes cannot. */
const mirrored = (ref: string): string => `refs/mirror/refs/${createHash("sha256").update(ref).digest("hex")}`;

/** What talks to the remote. Fetches go one after the other: two at once would fight over the same locks and packs. */
export function connectRemote({ dir, url, transports, credential }: MirrorOptions, objects: ObjectReader): Remote {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const withRemote: Remote["withRemote"] = async (run) =>
    runGit({ ...run, cwd: dir, remote: { url, transports, credential: await credential() } });

  let fetches = 0;
  /** Every fetch leaves a pack, and many packs make everything slow; tidied up behind the work that waits. */
  const fetchInTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = inTurn(work);
    fetches += 1;
    if (fetches % fetchesPerTidying === 0) {
      void inTurn(() => withRemote({ args: ["gc", "--auto", "--quiet"], timeoutMs: 600_000 })).catch(() => undefined);
    }
    return result;
  };

  /** The commit of a mirrored ref. */
  const local = async (kept: string): Promise<string> => {
    // Fetching writes it as a file of its own; only tidying up packs it away.
    const written = await readFile(join(dir, kept), "utf8").catch(() => "");
    const sha = written.trim();
    if (isObjectId(sha) && (await has(sha))) return sha;
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${kept}^{commit}`];
    return (await runGit({ cwd: dir, args })).stdout.toString().trim();
  };

  /** A ref keeps what was fetched, and tells the remote the next time what we have. */
  const has = async (sha: string): Promise<boolean> => {
    return (await objects.info(sha))?.type === "commit";
  };

  const filter = (): string =>
    existsSync(join(dir, "refs", "mirror")) || existsSync(join(dir, "packed-refs")) ? withSmallBlobs : withoutBlobs;

  async function fetchRefs(refs: readonly string[]): Promise<Map<string, string>> {
    const kept = new Map(refs.map((ref) => [ref, mirrored(assertRef(ref))]));
    const pairs = [...kept].map(([ref, name]) => `+${ref}:${name}`);
    try {
      return await fetchInTurn(async () => {
        await withRemote({ args: [...fetchCommand, filter(), "origin", ...pairs] });
        const found = new Map<string, string>();
        for (const [ref, name] of kept) found.set(ref, await local(name));
        return found;
      });
    } catch (error) {
      if (!(error instanceof GitError) || !/couldn't find remote ref/.test(error.message)) throw error;
      // Git then fetches none of them.
      const each = kept.size > 1 ? await Promise.all(refs.map((ref) => fetchRefs([ref]))) : [];
      return new Map(each.flatMap((found) => [...found]));
    }
  }

  return {
    withRemote,
    has,
    fetchRefs,
    fetchRef: async (ref) => (await fetchRefs([ref])).get(ref),
    async fetchCommits(shas) {
      const missing = async (): Promise<string[]> => {
        const unique = [...new Set(shas)].map(assertObjectId);
        const here = await Promise.all(unique.map(has));
        return unique.filter((_, index) => !here[index]);
      };
      if ((await missing()).length === 0) return;
      await fetchInTurn(async () => {
        // The fetch before this one may have brought them.
        const wanted = (await missing()).map((sha) => `+${sha}:refs/mirror/commits/${sha}`);
        if (wanted.length > 0) await withRemote({ args: [...fetchCommand, filter(), "origin", ...wanted] });
      });
    },
    async remoteRefs(prefixes) {
      for (const prefix of prefixes) assertRef(prefix.replace(/\/$/, ""));
      const { stdout } = await withRemote({
        args: ["ls-remote", "--refs", "--quiet", "origin", ...prefixes.map((prefix) => `${prefix}*`)],
      });
      const lines = stdout.toString().split("\n").filter(Boolean);
      const refs = lines.map((line): [string, string] => [
        line.slice(line.indexOf("\t") + 1),
        line.slice(0, line.indexOf("\t")),
      ]);
      // A pattern also matches in the middle of a name.
      return new Map(refs.filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix))));
    },
    async defaultBranch() {
      const { stdout } = await withRemote({ args: ["ls-remote", "--symref", "--quiet", "origin", "HEAD"] });
      return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout.toString())?.[1];
    },
    async fetchBlobs(ids) {
      if (ids.length === 0) return;
      const input = ids.map((id) => `${assertObjectId(id)}\n`).join("");
      // "noop": the remote needs no list of our commits to send blobs by name.
      const args = ["-c", "fetch.negotiationAlgorithm=noop", ...fetchCommand, withoutBlobs, "--stdin", "origin"];
      await fetchInTurn(() => withRemote({ args, input }));
    },
    async push(sha, branch) {
      const ref = assertRef(`refs/heads/${branch}`);
      // An empty lease: the branch must not be there yet.
      const args = [
        "push",
        "--quiet",
        "--no-verify",
        `--force-with-lease=${ref}:`,
        "origin",
        `${assertObjectId(sha)}:${ref}`,
      ];
      await inTurn(() => withRemote({ args }));
    },
  };
}
