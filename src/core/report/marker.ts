/**
 * The hidden first line of our comment: it tells our comment from others (only one that the app itself wrote is ever
 * edited, so a forged marker changes nothing) and what was written last. Serialised here and nowhere else.
 */
export interface Marker {
  pullRequest: number;
  /** Digest of the visible body: nothing is written when it stays the same. */
  digest: string;
}

const form = /^<!-- trueup:v1:(\d+):([0-9a-f]{8,64}) -->\n/;

export function withMarker(body: string, { pullRequest, digest }: Marker): string {
  return `<!-- trueup:v1:${pullRequest}:${digest} -->\n${body}`;
}

/** With the line ends that were written. */
export const withoutMarker = (comment: string): string => comment.replaceAll("\r\n", "\n").replace(form, "");

/** undefined when the text is no comment of ours. */
export function readMarker(comment: string): Marker | undefined {
  const match = form.exec(comment.replaceAll("\r\n", "\n"));
  return match === null ? undefined : { pullRequest: Number(match[1]), digest: match[2]! };
}
