/** Prints to standard output. A reader that has seen enough (`| head`) ends the program quietly, with its exit code. */
export function printLines(lines: Iterable<string>): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  for (const line of lines) process.stdout.write(`${line}\n`);
}
