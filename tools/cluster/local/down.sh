#!/bin/bash
# down.sh DIR BIN - ends what the other scripts started in DIR: every pod, the processes, the mounts they left.
# Rules and links go with the network namespace.
set -uo pipefail
DIR=$(cd "$1" && pwd) BIN=$2
. "$(dirname "${BASH_SOURCE[0]}")/processes.sh"
for name in dns kubelet kube-proxy; do stop "$name"; done
if alive containerd; then
  ctr=(ctr -a "$DIR/containerd.sock" -n k8s.io)
  "${ctr[@]}" tasks ls -q 2> /dev/null | xargs -r -n 1 "${ctr[@]}" tasks rm -f > /dev/null 2>&1
  "${ctr[@]}" containers ls -q 2> /dev/null | xargs -r -n 1 "${ctr[@]}" containers rm > /dev/null 2>&1
  stop containerd
fi
for name in kube-scheduler kube-controller-manager kube-apiserver etcd; do stop "$name"; done
awk -v folder="$DIR/" 'index($5, folder) == 1 {print $5}' /proc/self/mountinfo | sort -r | xargs -r -n 1 umount -l
exit 0
