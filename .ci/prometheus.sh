#!/usr/bin/env bash
# Prints the folder of a promtool and an amtool at the versions that the chart deploys (constructs/platform/charts.ts),
# built once from their Go modules (a few minutes on two cores). Distributions' packages are too old: what a range covers
# changed in Prometheus 3. The modules are built in a module of their own, which keeps their versions apart.
set -euo pipefail
cd "$(dirname "$0")/.."
prometheus=v0.314.0
alertmanager=v0.34.0
home=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tools/prometheus-$prometheus-$alertmanager

# build MODULE VERSION PACKAGE PROGRAM
build() {
  local folder
  [ -x "$home/$4" ] && return
  folder=$(mktemp -d)
  (
    cd "$folder"
    printf 'module holdfast.invalid/%s\n\ngo 1.25.0\n\nrequire %s %s\n' "$4" "$1" "$2" >go.mod
    printf 'package tools\n\nimport _ "%s"\n' "$3" >tools.go
    # tools.go names a program, which can't be imported; -e lets tidy resolve its dependencies all the same.
    go mod tidy -e >&2
    CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags '-s -w' -o "$home/$4.new" "$3" >&2
  )
  rm -rf "$folder"
  mv "$home/$4.new" "$home/$4"
}

mkdir -p "$home"
build github.com/prometheus/prometheus "$prometheus" github.com/prometheus/prometheus/cmd/promtool promtool
build github.com/prometheus/alertmanager "$alertmanager" github.com/prometheus/alertmanager/cmd/amtool amtool
echo "$home"
