import type { Finding } from "./finding.ts";

/** A file larger than this is no manifest that a person reviews; an API server takes 3 MiB a request at most. */
export const largestManifest = 5 * 1024 * 1024;

/**
 * A file's text, when it is text. Of a file that is too large the content may be cut off after the first byte too many.
 * @returns a finding for one that is too large, binary, or not UTF-8; a byte order mark is taken off
 */
export function decodeText(file: string, content: Uint8Array | string): string | Finding {
  const told = (rule: string, message: string): Finding => ({
    file,
    line: 1,
    column: 1,
    severity: "error",
    rule,
    message,
    pointer: "",
  });
  if (content.length > largestManifest) {
    const limit = `${largestManifest / 1024 / 1024} MiB`;
    return told(
      "file-too-large",
      `This file is larger than ${limit}, the most that is read of one; split it, or keep it outside the system's path.`,
    );
  }
  if (typeof content === "string") return content.startsWith("\uFEFF") ? content.slice(1) : content;
  if ((content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff)) {
    return told("not-utf-8", "This file is UTF-16; save it as UTF-8.");
  }
  if (content.includes(0)) {
    return told(
      "binary-file",
      "This file is binary, though its name says that it is a manifest; rename it, or keep it outside the system's path.",
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return told("not-utf-8", "This file is not valid UTF-8; save it as UTF-8.");
  }
}
