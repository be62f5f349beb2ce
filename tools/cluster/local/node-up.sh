#!/bin/bash
# node-up.sh DIR BIN POD_NET IMAGES - a real node beside the control plane of DIR: containerd and runc, kubelet, proxy.
# POD_NET is the first three numbers of the pods' addresses; the node is .1. IMAGES is a folder of image tars.
set -euo pipefail
DIR=$(cd "$1" && pwd) BIN=$2 POD_NET=$3 IMAGES=$4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/processes.sh"
address=$POD_NET.1
mkdir -p "$DIR"/{cni,kubelet,podlogs,volumeplugins}

ip link add kube0 type bridge
ip addr add "$address/24" dev kube0
ip link set kube0 up
echo 1 > /proc/sys/net/ipv4/ip_forward
# What pods ask of the node's address is answered by what listens on its loopback, as if it were asked there: so
# a database of the tests, which listens on loopback only, is reached from pods as it is.
echo 1 > /proc/sys/net/ipv4/conf/kube0/route_localnet
iptables -w -t nat -A PREROUTING -i kube0 -d "$address" -p tcp -j DNAT --to-destination 127.0.0.1
iptables -w -t nat -A INPUT -s "$POD_NET.0/24" -d 127.0.0.1 -p tcp -j SNAT --to-source 127.0.0.1

# Pods get a route to the Services and none to anything outside.
cat > "$DIR/cni/10-kube.conflist" <<J
{"cniVersion": "1.0.0", "name": "kube", "plugins": [
  {"type": "bridge", "bridge": "kube0", "isGateway": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$DIR/cni-ipam",
            "ranges": [[{"subnet": "$POD_NET.0/24"}]], "routes": [{"dst": "10.96.0.0/16"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
J
echo "nameserver $address" > "$DIR/resolv.conf" # an empty one would give pods the machine's resolver
sed "s#@DIR@#$DIR#" "$here/containerd.toml" > "$DIR/containerd.toml"
sed "s#@DIR@#$DIR#; s#@ADDRESS@#$address#" "$here/kubelet.yaml" > "$DIR/kubelet.yaml"

start containerd containerd -c "$DIR/containerd.toml"
for _ in $(seq 100); do
  ctr -a "$DIR/containerd.sock" version > /dev/null 2>&1 && break
  must_live containerd
  sleep 0.1
done
for image in "$IMAGES"/*.tar; do ctr -a "$DIR/containerd.sock" -n k8s.io images import "$image" > /dev/null; done

start kubelet "$BIN/kubelet" --config="$DIR/kubelet.yaml" --kubeconfig="$DIR/pki/node.kubeconfig" \
  --hostname-override=localhost --node-ip="$address" --root-dir="$DIR/kubelet" --cert-dir="$DIR/pki" --v=1
start kube-proxy "$BIN/kube-proxy" --kubeconfig="$DIR/pki/proxy.kubeconfig" --proxy-mode=iptables \
  --cluster-cidr="$POD_NET.0/24" --hostname-override=localhost --conntrack-max-per-core=0 \
  --metrics-bind-address=127.0.0.1:10249 --healthz-bind-address=127.0.0.1:10256
export KUBECONFIG=$DIR/admin.kubeconfig
ready='jsonpath={.status.conditions[?(@.type=="Ready")].status}'
for _ in $(seq 240); do
  [ "$("$BIN/kubectl" get node localhost -o "$ready" 2> /dev/null)" = True ] && exit 0
  must_live kubelet
  sleep 0.25
done
echo "the node is not Ready" >&2
exit 1
