#!/usr/bin/env bash
# Prints the folder of an actionlint, which checks .github/workflows, built once from its Go module (seconds).
set -euo pipefail
version=v1.7.12
home=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tools/actionlint-$version
if [ ! -x "$home/actionlint" ]; then
  mkdir -p "$home"
  GOBIN=$home CGO_ENABLED=0 go install -trimpath -ldflags '-s -w' "github.com/rhysd/actionlint/cmd/actionlint@$version" >&2
fi
echo "$home"
