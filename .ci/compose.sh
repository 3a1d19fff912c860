#!/usr/bin/env bash
# Prints the folder of a program called compose-check: it loads a Compose file exactly as `docker compose` does, by the
# same Go module (schema, references between services, networks, volumes, secrets and configs), and prints what it read as
# JSON. Built once, in a module of its own (.ci/compose-check.go).
set -euo pipefail
cd "$(dirname "$0")"
compose=v2.16.2
program=$PWD/compose-check.go
# A program that has changed is built anew.
home=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tools/compose-$compose-$(cksum <"$program" | cut -d' ' -f1)
if [ ! -x "$home/compose-check" ]; then
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  cd "$build"
  printf 'module holdfast.invalid/compose\n\ngo 1.25.0\n\nrequire github.com/compose-spec/compose-go/v2 %s\n' "$compose" >go.mod
  cp "$program" main.go
  go mod tidy >&2
  mkdir -p "$home"
  CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags '-s -w' -o "$home/compose-check.new" . >&2
  mv "$home/compose-check.new" "$home/compose-check"
fi
echo "$home"
