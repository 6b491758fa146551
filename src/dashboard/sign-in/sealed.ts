import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Keeps small things in the browser that it can neither read nor change; AES-256-GCM under a key that only the bot has. */
export interface Seal<T> {
  /** @param expires milliseconds since the epoch */
  seal(content: T, expires: number): string;
  /** @returns undefined for what was not sealed here for this purpose, or has expired */
  open(sealed: string, now: number): T | undefined;
}

const ivBytes = 12;
const tagBytes = 16;
/** Browsers keep no cookie that is longer. */
const mostCharacters = 4_096;

/**
 * @param secret whatever only the bot knows; the key is derived from it
 * @param purpose what is sealed for one purpose does not open for another
 */
export function createSeal<T extends object>(secret: string, purpose: string): Seal<T> {
  const key = new Uint8Array(hkdfSync("sha256", secret, "", `trueup dashboard: ${purpose}`, 32));
  return {
    seal(content, expires) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      const text = JSON.stringify({ content, expires });
      return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString(
        "base64url",
      );
    },
    open(sealed, now) {
      if (sealed.length > mostCharacters) return undefined;
      const bytes = Buffer.from(sealed, "base64url");
      if (bytes.length <= ivBytes + tagBytes) return undefined;
      try {
        const iv = bytes.subarray(0, ivBytes);
        const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
        // Nobody but `seal` could have written it.
        const { content, expires } = JSON.parse(text.toString("utf8")) as { content: T; expires: number };
        return expires > now ? content : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
