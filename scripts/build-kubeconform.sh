#!/bin/sh
# Builds kubeconform, which validation is compared with, from the Go module pinned in test/harness/kubeconform/go.mod, into
# the cache folder that holds the control plane too. Prints the program's path as its last line.
#
#   scripts/build-kubeconform.sh            build it when it is missing (under a minute)
#   scripts/build-kubeconform.sh --where    print the path and build nothing
set -eu

here=$(cd "$(dirname "$0")" && pwd)
module=$(cd "$here/../test/harness/kubeconform" && pwd)

checksum() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -c1-16
}

# The pins name the folder: another version, or another way to build it, never meets an old program.
pins=$(cat "$module/go.mod" "$module/go.sum" "$here/build-kubeconform.sh" | checksum)
target=${XDG_CACHE_HOME:-$HOME/.cache}/trueup/kubeconform/$pins/kubeconform

case "${1:-}" in
  '') ;;
  --where) printf '%s\n' "$target"; exit 0 ;;
  *) echo "usage: $0 [--where]" >&2; exit 2 ;;
esac

if [ ! -x "$target" ]; then
  if ! command -v go >/dev/null 2>&1; then
    echo 'kubeconform is built from its Go module, and there is no `go` in PATH. Install Go 1.26 or newer: https://go.dev/dl/' >&2
    exit 1
  fi
  mkdir -p "$(dirname "$target")"
  echo "building kubeconform, which goes to $target" >&2
  # The rename keeps the result whole, whoever else builds it now.
  work=$(mktemp "$target.building.XXXXXX")
  trap 'rm -f "$work"' EXIT
  (cd "$module" && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off \
    go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$work" github.com/yannh/kubeconform/cmd/kubeconform)
  mv "$work" "$target"
fi
printf '%s\n' "$target"
