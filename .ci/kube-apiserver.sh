#!/usr/bin/env bash
# Prints the folder of a kube-apiserver and an etcd that tests can submit objects to, built from their Go modules (once;
# about four minutes on two cores). Kubernetes' module replaces its parts by folders that no published copy
# has, so a wrapper module names their published versions instead.
set -euo pipefail
version=v1.36.3
parts=v0.36.3
home=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tools/kube-apiserver-$version
if [ ! -x "$home/kube-apiserver" ] || [ ! -x "$home/etcd" ]; then
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  cd "$build"
  printf 'module holdfast.invalid/kubernetes\n' >go.mod
  declared=$(go mod download -json "k8s.io/kubernetes@$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
  {
    echo 'module holdfast.invalid/kubernetes'
    grep '^go ' "$declared"
    echo "require k8s.io/kubernetes $version"
    grep -oE '^\s+k8s\.io/[a-z-]+ => \./staging' "$declared" |
      awk -v parts="$parts" '{ print "replace " $1 " => " $1 " " parts }'
  } >go.mod
  mkdir -p "$home"
  package=k8s.io/component-base/version
  CGO_ENABLED=0 GOFLAGS=-mod=mod go build -trimpath -o "$home/kube-apiserver.new" \
    -ldflags "-s -w -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=36" \
    k8s.io/kubernetes/cmd/kube-apiserver >&2
  CGO_ENABLED=0 GOFLAGS=-mod=mod go build -trimpath -o "$home/etcd.new" -ldflags '-s -w' go.etcd.io/etcd/server/v3 >&2
  mv "$home/kube-apiserver.new" "$home/kube-apiserver"
  mv "$home/etcd.new" "$home/etcd"
fi
echo "$home"
