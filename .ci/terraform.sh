#!/usr/bin/env bash
# Prints the folder of a Terraform that the tests can use: the one on PATH if it is 1.11 or newer, else one built from
# its Go modules (about four minutes on two cores, once). `go install` refuses a module with replace directives, so a
# wrapper module repeats them.
set -euo pipefail
# Kept first: grep ends at its match, and Terraform, which writes on, would fail the pipe.
found=$(CHECKPOINT_DISABLE=1 terraform version 2>/dev/null || true)
if grep -qE '^Terraform v(1\.(1[1-9]|[2-9][0-9])|[2-9])' <<<"$found"; then
  dirname "$(command -v terraform)"
  exit
fi

version=v1.11.4
# The commit of that version, for the modules that lie in its repository without tags of their own.
nested=v0.0.0-20250409131005-35645b8fca68
home=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tools/terraform-$version
if [ ! -x "$home/terraform" ]; then
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  {
    echo 'module holdfast.invalid/terraform'
    echo 'go 1.23.3'
    echo "require github.com/hashicorp/terraform $version"
    for module in backend/remote-state/{azure,consul,cos,gcs,kubernetes,oss,pg,s3} legacy; do
      echo "replace github.com/hashicorp/terraform/internal/$module => github.com/hashicorp/terraform/internal/$module $nested"
    done
  } >"$build/go.mod"
  printf 'package tools\n\nimport _ "github.com/hashicorp/terraform"\n' >"$build/tools.go"
  mkdir -p "$home"
  (
    cd "$build"
    # tools.go names a program, which can't be imported; -e lets tidy resolve its dependencies all the same.
    go mod tidy -e >&2
    CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags "-s -w -X github.com/hashicorp/terraform/version.dev=no" \
      -o "$home/terraform.new" github.com/hashicorp/terraform >&2
  )
  mv "$home/terraform.new" "$home/terraform"
fi
echo "$home"
