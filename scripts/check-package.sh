#!/usr/bin/env bash
# Packs the project as npm would publish it, installs that into an empty folder and runs it there: Node strips no types below
# node_modules, so only this shows that the emitted JavaScript is complete.
set -euo pipefail
cd "$(dirname "$0")/.."
# The pinned Node, as every user of the package needs one at least as new.
export PATH="$PWD/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" >/dev/null
cd "$work"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit ./trueup-*.tgz
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: packed}\n' > packed.yaml
npx --no-install trueup --version
npx --no-install trueup validate packed.yaml
# Reads what it prints from files that are packed beside the code.
npx --no-install trueup agent-manifest --cluster c --bot https://b.example --repository https://r.example/r --repository-id 1 --image i \
  2>/dev/null | npx --no-install trueup validate -
