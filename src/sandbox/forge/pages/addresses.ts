/** Addresses of a repository's pages. A branch stands in one segment, its slashes encoded; a file's path in as many as it has. */
export function addressesOf(fullName: string) {
  const base = `/${fullName}`;
  const file = (what: string, ref: string, path: string): string =>
    `${base}/${what}/${encodeURIComponent(ref)}${path === "" ? "" : `/${encodePath(path)}`}`;
  return {
    base,
    tree: (ref: string, path = "") => file("tree", ref, path),
    blob: (ref: string, path: string) => file("blob", ref, path),
    edit: (ref: string, path: string) => file("edit", ref, path),
    remove: (ref: string, path: string) => file("delete", ref, path),
    create: (ref: string, folder = "") => file("new", ref, folder),
    commits: (ref: string, path = "") => file("commits", ref, path),
    commit: (sha: string) => `${base}/commit/${sha}`,
    compare: (head: string) => `${base}/compare/${encodeURIComponent(head)}`,
    branches: `${base}/branches`,
    pulls: `${base}/pulls`,
    pull: (number: number) => `${base}/pull/${number}`,
    check: (id: number) => `${base}/runs/${id}`,
    events: `${base}/events`,
  };
}

export type Addresses = ReturnType<typeof addressesOf>;

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
