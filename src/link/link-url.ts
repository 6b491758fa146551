const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The bot's address as the agent may dial it: https anywhere, plain http on this machine only, unless it is allowed by name
 * (a mesh that encrypts underneath). The token goes over this line.
 *
 * @throws Error saying what is wrong with it
 */
export function linkUrl(text: string, allowHttp: boolean): URL {
  const url = URL.parse(text);
  if (url === null)
    throw new Error(`the bot's URL ${JSON.stringify(text)} is no URL; give one like https://trueup.example.com`);
  if (url.username !== "" || url.password !== "")
    throw new Error("the bot's URL must carry no credentials; the token is its own setting");
  const plain = url.protocol === "http:" && (allowHttp || loopback.has(url.hostname));
  if (url.protocol !== "https:" && !plain) {
    throw new Error(`the bot's URL ${url.origin} must be https, because the agent's token goes over it`);
  }
  return url;
}
