#!/bin/sh
# Builds the real Kubernetes control plane that the cluster tests run against, from Go modules pinned in
# test/harness/control-plane/*/go.mod, into a cache folder outside the checkout. Prints the folder as its last line.
#
#   scripts/build-control-plane.sh            build what is missing (about 8 minutes the first time)
#   scripts/build-control-plane.sh --where    print the folder and build nothing
#
# TRUEUP_CONTROL_PLANE=DIR   use this folder instead of ${XDG_CACHE_HOME:-$HOME/.cache}/trueup/control-plane/<pins>
set -eu

here=$(cd "$(dirname "$0")" && pwd)
modules=$(cd "$here/../test/harness/control-plane" && pwd)

checksum() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -c1-16
}

# The pins name the folder: another version, or another way to build it, never meets old binaries.
pins=$(cat "$modules"/*/go.mod "$modules"/*/go.sum "$here/build-control-plane.sh" | checksum)
target=${TRUEUP_CONTROL_PLANE:-${XDG_CACHE_HOME:-$HOME/.cache}/trueup/control-plane/$pins}

case "${1:-}" in
  '') ;;
  --where) printf '%s\n' "$target"; exit 0 ;;
  *) echo "usage: $0 [--where]" >&2; exit 2 ;;
esac

built() { [ "$(cat "$target/pins" 2>/dev/null)" = "$pins" ]; }
if built; then printf '%s\n' "$target"; exit 0; fi

if ! command -v go >/dev/null 2>&1; then
  echo 'The control plane is built from Go modules, and there is no `go` in PATH. Install Go 1.26 or newer: https://go.dev/dl/' >&2
  exit 1
fi

mkdir -p "$(dirname "$target")"
# Two builds at once would only fight over memory (the API server links in 2.7 GB). The lock dies with its holder.
# Where there is no flock the final rename still keeps the result whole.
if command -v flock >/dev/null 2>&1; then
  exec 9>"$target.lock"
  if ! flock -n 9; then
    echo 'Another build of the control plane is running; waiting for it.' >&2
    flock 9
  fi
  if built; then printf '%s\n' "$target"; exit 0; fi
fi

work=$(mktemp -d "$target.building.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

version=$(cd "$modules/kubernetes" && go list -m -f '{{.Version}}' k8s.io/kubernetes)
minor=${version#v1.}
minor=${minor%%.*}
# kubectl refuses to talk to a server that cannot say its version, and a plain `go build` leaves it out.
stamp=k8s.io/component-base/version
flags="-s -w -X $stamp.gitVersion=$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=$minor -X $stamp.gitTreeState=clean"

build() { # module binary package
  started=$(date +%s)
  printf 'building %-24s' "$2" >&2
  # -buildvcs=false: the checkout's commit is no part of these programs.
  (cd "$modules/$1" && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off \
    go build -trimpath -buildvcs=false -ldflags "$flags" -o "$work/$2" "$3")
  printf '%4d s\n' $(($(date +%s) - started)) >&2
}

echo "The control plane (Kubernetes $version) goes to $target" >&2
build etcd etcd go.etcd.io/etcd/server/v3
for name in kube-apiserver kubectl kube-controller-manager kube-scheduler; do
  build kubernetes "$name" "k8s.io/kubernetes/cmd/$name"
done
build kwok kwok sigs.k8s.io/kwok/cmd/kwok

# kwok does nothing without stages; those that its own release ships as defaults come with its module.
kwok_source=$(cd "$modules/kwok" && GOFLAGS=-mod=readonly go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)
for stage in node/fast node/heartbeat-with-lease pod/fast; do
  for file in "$kwok_source/kustomize/stage/$stage"/*.yaml; do
    case "$file" in */kustomization.yaml) continue ;; esac
    echo '---'
    cat "$file"
  done
done >"$work/kwok-stages.yaml"

printf '%s\n' "$pins" >"$work/pins"
rm -rf "$target"
mv "$work" "$target"
printf '%s\n' "$target"
