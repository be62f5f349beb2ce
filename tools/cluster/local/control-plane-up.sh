#!/bin/bash
# control-plane-up.sh DIR BIN ADDRESS - etcd, API server, controllers and scheduler, inside the network namespace of who
# calls. ADDRESS is the node's own, which the Service `kubernetes` points at. Leaves DIR/admin.kubeconfig.
set -euo pipefail
DIR=$(mkdir -p "$1" && cd "$1" && pwd) BIN=$2 ADDRESS=$3
. "$(dirname "${BASH_SOURCE[0]}")/processes.sh"
server=https://127.0.0.1:6443 services=10.96.0.0/16
mkdir -p "$DIR"/{pki,log,pid,etcd}
chmod 700 "$DIR/pki"
cd "$DIR/pki"

# --- keys and certificates (elliptic: milliseconds) ---
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
certificate() { # NAME SUBJECT EXTENSIONS
  key "$1.key"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr" 2> /dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 \
    -extfile <(printf '%b' "$3") -out "$1.crt" 2> /dev/null
  rm "$1.csr"
}
key ca.key
openssl req -x509 -new -key ca.key -subj /CN=kube-ca -days 3650 -out ca.crt \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature 2> /dev/null
names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
names=$names,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:10.96.0.1,IP:$ADDRESS
certificate apiserver /CN=kube-apiserver "subjectAltName=$names\nextendedKeyUsage=serverAuth\n"
certificate to-kubelet /O=system:masters/CN=kube-apiserver-kubelet-client "extendedKeyUsage=clientAuth\n"
certificate kubelet /CN=kubelet "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:$ADDRESS\nextendedKeyUsage=serverAuth\n"
openssl genrsa -out sa.key 2048 2> /dev/null
openssl rsa -in sa.key -pubout -out sa.pub 2> /dev/null

# --- who may log in, and their kubeconfigs ---
token() { openssl rand -hex 16; }
{ echo "$(token),admin,admin,system:masters"
  echo "$(token),system:kube-controller-manager,controllers"
  echo "$(token),system:kube-scheduler,scheduler"
  echo "$(token),system:kube-proxy,proxy"
  echo "$(token),system:node:localhost,node,system:nodes"; } > tokens.csv
chmod 600 tokens.csv ./*.key
kubeconfig() { # USER FILE
  (umask 077; cat > "$2" <<Y
apiVersion: v1
kind: Config
clusters: [{name: local, cluster: {server: "$server", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: "$1", user: {token: $(awk -F, -v user="$1" '$2 == user {print $1}' tokens.csv)}}]
contexts: [{name: local, context: {cluster: local, user: "$1", namespace: default}}]
current-context: local
Y
  )
}
kubeconfig admin "$DIR/admin.kubeconfig"
kubeconfig system:kube-controller-manager controllers.kubeconfig
kubeconfig system:kube-scheduler scheduler.kubeconfig
kubeconfig system:kube-proxy proxy.kubeconfig
kubeconfig system:node:localhost node.kubeconfig

# --- processes; etcd without fsync, since nothing here outlives the machine ---
start etcd "$BIN/etcd" --name=e --data-dir="$DIR/etcd" --unsafe-no-fsync --log-level=warn \
  --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
  --listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 \
  --initial-cluster=e=http://127.0.0.1:2380
start kube-apiserver "$BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 \
  --bind-address=0.0.0.0 --secure-port=6443 --advertise-address="$ADDRESS" --service-cluster-ip-range=$services \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
  --token-auth-file=tokens.csv --client-ca-file=ca.crt \
  --tls-cert-file=apiserver.crt --tls-private-key-file=apiserver.key \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-account-key-file=sa.pub --service-account-signing-key-file=sa.key \
  --kubelet-client-certificate=to-kubelet.crt --kubelet-client-key=to-kubelet.key \
  --kubelet-certificate-authority=ca.crt --kubelet-preferred-address-types=InternalIP
authorization="Authorization: Bearer $(awk -F, '$2 == "admin" {print $1}' tokens.csv)"
asks() { curl -sf -m 2 --noproxy '*' --cacert ca.crt -H "$authorization" "$server$1" > /dev/null; }
until_it_answers() { # PATH NAME...
  for _ in $(seq 300); do
    asks "$1" && return
    for name in "${@:2}"; do must_live "$name"; done
    sleep 0.2
  done
  echo "$1 did not answer within a minute" >&2
  exit 1
}
until_it_answers /readyz etcd kube-apiserver
start kube-controller-manager "$BIN/kube-controller-manager" --kubeconfig=controllers.kubeconfig \
  --leader-elect=false --secure-port=0 --use-service-account-credentials=true \
  --service-account-private-key-file=sa.key --root-ca-file=ca.crt \
  --cluster-signing-cert-file=ca.crt --cluster-signing-key-file=ca.key
start kube-scheduler "$BIN/kube-scheduler" --kubeconfig=scheduler.kubeconfig --leader-elect=false --secure-port=0
# No pod can be made before its namespace has a ServiceAccount.
until_it_answers /api/v1/namespaces/default/serviceaccounts/default kube-controller-manager kube-scheduler
