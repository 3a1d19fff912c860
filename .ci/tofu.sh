#!/usr/bin/env bash
# Prints the folder of an OpenTofu that the tests can use: the one on PATH if it is 1.11 or newer, else one built from its Go
# module (a few minutes on two cores, once). `go install` refuses a module with replace directives, so a wrapper module
# repeats them, read from the module itself.
set -euo pipefail
found=$(tofu version 2>/dev/null || true)
if grep -qE '^OpenTofu v(1\.(1[1-9]|[2-9][0-9])|[2-9])' <<<"$found"; then
  dirname "$(command -v tofu)"
  exit
fi

version=v1.12.6
home=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tools/opentofu-$version
if [ ! -x "$home/tofu" ]; then
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  cd "$build"
  printf 'module holdfast.invalid/opentofu\n' >go.mod
  declared=$(go mod download -json "github.com/opentofu/opentofu@$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
  {
    echo 'module holdfast.invalid/opentofu'
    grep '^go ' "$declared"
    echo "require github.com/opentofu/opentofu $version"
    grep -E '^replace [^ ]+ .*=> [^./]' "$declared"
  } >go.mod
  mkdir -p "$home"
  # -mod=mod takes what is missing in go.mod from the module's own; "dev=no" makes it a release to itself.
  CGO_ENABLED=0 GOFLAGS=-mod=mod go build -trimpath -ldflags '-s -w -X github.com/opentofu/opentofu/version.dev=no' \
    -o "$home/tofu.new" github.com/opentofu/opentofu/cmd/tofu >&2
  mv "$home/tofu.new" "$home/tofu"
fi
echo "$home"
