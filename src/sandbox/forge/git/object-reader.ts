import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { GitFailed, gitEnvironment } from "./git-program.ts";

export interface GitObject {
  sha: string;
  type: string;
  size: number;
  content: Buffer;
}

/** Reads objects of one repository through one `git cat-file` that stays, so that a read costs no process. */
export interface ObjectReader {
  /** `name` is anything git understands as an object, without line breaks; undefined when there is none. */
  info(name: string): Promise<Omit<GitObject, "content"> | undefined>;
  contents(name: string): Promise<GitObject | undefined>;
  stop(): void;
}

interface Question {
  wantsContent: boolean;
  resolve(object: GitObject | undefined): void;
  reject(error: Error): void;
}

export function objectReader(dir: string): ObjectReader {
  let child: ChildProcessWithoutNullStreams | undefined;
  let waiting: Question[] = [];

  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn("git", ["cat-file", "--batch-command"], {
      cwd: dir,
      env: { ...gitEnvironment(), GIT_DIR: dir },
    });
    const ended = (why: string): void => {
      if (child !== started) return;
      child = undefined;
      const lost = waiting;
      waiting = [];
      for (const { reject } of lost) reject(new GitFailed(`git cat-file in ${dir} ended: ${why}`));
    };
    started.on("error", (error) => ended(error.message)).on("close", (code) => ended(`exit code ${code}`));
    started.stdin.on("error", () => {});
    started.stderr.resume();
    readAnswers(started, () => waiting);
    // Waiting for questions must not keep the process of the forge alive.
    started.unref();
    return started;
  };

  const ask = (command: "info" | "contents", name: string): Promise<GitObject | undefined> =>
    new Promise((resolve, reject) => {
      if (/[\n\0]/.test(name)) throw new GitFailed("an object's name holds no line break");
      child ??= start();
      waiting.push({ wantsContent: command === "contents", resolve, reject });
      child.stdin.write(`${command} ${name}\n`);
    });
  return {
    info: (name) => ask("info", name),
    contents: (name) => ask("contents", name),
    stop() {
      child?.stdin.end();
    },
  };
}

/** Answers come in the order of the questions: `<sha> <type> <size>`, then the content and a line break when it was asked for. */
function readAnswers(child: ChildProcessWithoutNullStreams, waiting: () => Question[]): void {
  let chunks: Buffer[] = [];
  let have = 0;
  let head: Omit<GitObject, "content"> | undefined;
  const take = (): boolean => {
    const question = waiting()[0];
    if (question === undefined) return false;
    if (head === undefined) {
      const seen = Buffer.concat(chunks);
      chunks = [seen];
      const end = seen.indexOf(10);
      if (end < 0) return false;
      const [, sha, type, size] =
        /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(seen.toString("utf8", 0, end)) ?? [];
      chunks = [seen.subarray(end + 1)];
      have -= end + 1;
      if (sha === undefined || type === undefined) return answer(question, undefined);
      head = { sha, type, size: Number(size) };
      if (!question.wantsContent) return answer(question, { ...head, content: Buffer.alloc(0) });
    }
    if (have < head.size + 1) return false;
    const seen = Buffer.concat(chunks);
    // A copy, so that a small object does not keep a large buffer.
    const content = Buffer.from(seen.subarray(0, head.size));
    chunks = [seen.subarray(head.size + 1)];
    have -= head.size + 1;
    return answer(question, { ...head, content });
  };
  const answer = (question: Question, object: GitObject | undefined): true => {
    waiting().shift();
    head = undefined;
    question.resolve(object);
    return true;
  };
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    have += chunk.length;
    while (take());
  });
}
