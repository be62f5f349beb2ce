#!/bin/bash
# build.sh OUT - writes OUT/kubebox: etcd, API server, controllers, scheduler, proxy, kubelet and kubectl of the version
# in go.mod as one program, from the Go module proxy (about 10 minutes on two cores the first time).
# `go install k8s.io/kubernetes/cmd/...` refuses because of its replace directives; a module that repeats them is fine.
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
version=$(awk '$1 == "k8s.io/kubernetes" {print $2}' go.mod | head -1)
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  flags="$flags -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$(cut -d. -f2 <<< "$version")"
  flags="$flags -X $package.gitTreeState=clean"
done
export CGO_ENABLED=0 GOFLAGS=-mod=readonly
go build -trimpath -buildvcs=false -ldflags "$flags" -o "$out/kubebox" ./kubebox
