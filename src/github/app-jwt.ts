import { createPrivateKey, type KeyObject, sign } from "node:crypto";

/**
 * Signs the app's own token: RS256, from a minute ago (clocks differ) for nine minutes.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 *
 * @param now milliseconds since the epoch
 */
export function appJwt(appId: number, key: KeyObject, now: number): string {
  const seconds = Math.floor(now / 1000);
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64url");
  const claims = { iat: seconds - 60, exp: seconds + 540, iss: String(appId) };
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}

/** @throws Error when the text is no RSA private key in PEM (both of GitHub's forms are taken) */
export function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error("the app's private key is no PEM; download one from the app's settings on GitHub");
  }
  if (key.asymmetricKeyType !== "rsa") throw new Error("the app's private key must be RSA, as GitHub makes it");
  return key;
}
