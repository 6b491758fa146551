/**
 * Where people sign in to the GitHub whose API this is: `https://github.com` for `https://api.github.com`, `https://acme.ghe.com`
 * for `https://api.acme.ghe.com`, `https://host` for an Enterprise Server's `https://host/api/v3`.
 */
export function webRootOf(apiUrl: string): string {
  const { protocol, host, pathname } = new URL(apiUrl);
  return `${protocol}//${pathname === "/" ? host.replace(/^api\./, "") : host}`;
}
