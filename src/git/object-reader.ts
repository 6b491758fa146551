import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { GitError } from "./git-error.ts";
import type { GitPlace } from "./local-git.ts";
import { gitEnvironment } from "./run-git.ts";
import { assertObjectId } from "./safe-names.ts";

export interface ObjectInfo {
  type: string;
  /** Bytes. */
  size: number;
}

export interface GitObject extends ObjectInfo {
  content: Buffer;
}

/** Reads objects by their ids; undefined for one that is not here. Nothing is ever fetched. */
export interface ObjectReader {
  info(id: string): Promise<ObjectInfo | undefined>;
  /** @throws GitError `limit` when it is larger */
  read(id: string, maxBytes: number): Promise<GitObject | undefined>;
}

interface Question {
  withContent: boolean;
  answer(object: GitObject | undefined): void;
  fail(error: Error): void;
}

const patienceMs = 120_000;
/** A mirror that nobody asks needs no process. */
const idleMs = 60_000;

/**
 * One `git cat-file --batch-command` for all reads, started when it is needed and again after it ended: a process for each read
 * costs more than the read. It answers in the order of the questions
 * (https://git-scm.com/docs/git-cat-file#_batch_output), and finds what was fetched since it was started.
 */
export function objectReader(place: GitPlace): ObjectReader {
  let running: ((question: Question, line: string) => void) | undefined;
  const ask = (id: string, withContent: boolean): Promise<GitObject | undefined> =>
    new Promise((answer, fail) => {
      running ??= startCatFile(place, () => {
        running = undefined;
      });
      running({ withContent, answer, fail }, `${withContent ? "contents" : "info"} ${assertObjectId(id)}\n`);
    });
  const info = (id: string): Promise<ObjectInfo | undefined> => ask(id, false);
  return {
    info,
    async read(id, maxBytes) {
      const known = await info(id);
      if (known === undefined) return undefined;
      if (known.size > maxBytes) throw new GitError("limit", `the ${known.type} ${id} has more than ${maxBytes} bytes`);
      return ask(id, true);
    },
  };
}

/** @param ended called before its questions fail, so that the next one starts another process */
function startCatFile({ cwd, env }: GitPlace, ended: () => void): (question: Question, line: string) => void {
  const child = spawn("git", ["cat-file", "--batch-command"], {
    cwd,
    env: gitEnvironment({ env }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const waiting: Question[] = [];
  let chunks: Buffer[] = [];
  let size = 0;
  /** Bytes that the answer which is coming in has at least. */
  let needed = 1;
  let said = "";
  let timer: NodeJS.Timeout | undefined;

  let isOver = false;

  const end = (reason: string): void => {
    // Once: another process may run by the time this one is closed.
    if (isOver) return;
    isOver = true;
    ended();
    clearTimeout(timer);
    child.kill("SIGKILL");
    for (const { fail } of waiting.splice(0)) fail(new GitError("unreachable", `git cat-file ended: ${reason}`));
  };
  child.once("error", (error) => end(error.message));
  child.once("close", (code, signal) => end(`${code ?? signal} ${said.trim()}`));
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (said.length < 2_000) said += text;
  });
  child.stdout.on("data", (chunk: Buffer) => {
    if (isOver) return;
    chunks.push(chunk);
    size += chunk.length;
    if (size < needed) return;
    const rest = takeAnswers(Buffer.concat(chunks, size));
    chunks = [rest];
    size = rest.length;
    if (waiting.length === 0) rest.length > 0 ? end("it said more than it was asked") : watch();
  });
  watch();

  /** Answers all that is there. @returns the beginning of the next answer */
  function takeAnswers(text: Buffer): Buffer {
    let at = 0;
    for (needed = 1; waiting.length > 0; ) {
      const eol = text.indexOf("\n", at);
      if (eol === -1) break;
      const [, type = "", length] = text.toString("latin1", at, eol).split(" ");
      const bytes = Number(length);
      const isThere = length !== undefined;
      const { withContent, answer } = waiting[0]!;
      const begin = eol + 1;
      const next = isThere && withContent ? begin + bytes + 1 : begin;
      if (next > text.length) {
        needed = next - at;
        break;
      }
      waiting.shift();
      const content = isThere && withContent ? text.subarray(begin, begin + bytes) : Buffer.alloc(0);
      answer(isThere ? { type, size: bytes, content } : undefined);
      at = next;
    }
    return text.subarray(at);
  }

  /** While somebody waits, this process stays up for it, and git has to answer; otherwise git may go. */
  function watch(): void {
    clearTimeout(timer);
    if (isOver) return;
    const isBusy = waiting.length > 0;
    hold(child, isBusy);
    timer = setTimeout(() => end(isBusy ? "it did not answer" : "nobody asked"), isBusy ? patienceMs : idleMs);
    if (!isBusy) timer.unref();
  }

  return (question, line) => {
    waiting.push(question);
    if (waiting.length === 1) watch();
    child.stdin.write(line);
  };
}

function hold(child: ChildProcessWithoutNullStreams, isBusy: boolean): void {
  const how = isBusy ? "ref" : "unref";
  child[how]();
  // Pipes of a child are sockets.
  for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as unknown as Socket)[how]();
}
