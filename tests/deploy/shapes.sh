# What deploy.sh finds on clusters of different shapes. Objects as the programs make them, on a real API server; no
# node runs them. Sourced by run.
# shellcheck shell=bash disable=SC2154

start_api_server
export KUBECONFIG=$API_KUBECONFIG
export CLUSTER_KIND CLUSTER_CONTEXT
kinds=ingressclasses,storageclasses,nodes

# empty: nothing of the shape before.
empty() {
  kubectl delete "$kinds" --all --wait=false >/dev/null 2>&1
  kubectl delete pods,services -A -l shape --wait=true --grace-period=0 --force >/dev/null 2>&1
}
shape() { kubectl apply -f - >/dev/null || fail "the shape can be made"; }
# pods need a namespace with its service account, which takes a moment without load and longer with.
namespace() {
  kubectl create namespace "$1" >/dev/null 2>&1
  for _ in $(seq 1 150); do ! kubectl -n "$1" get serviceaccount default >/dev/null 2>&1 || return 0; sleep 0.2; done
}
class() { printf -- '---\n{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: %s, annotations: {ingressclass.kubernetes.io/is-default-class: "%s"}}, spec: {controller: %s}}\n' "$1" "${3:-false}" "$2"; }
node() { printf -- '---\n{apiVersion: v1, kind: Node, metadata: {name: %s}, spec: {podCIDR: %s, podCIDRs: [%s]}}\n' "$1" "$3" "$3"; }
node_address() { kubectl patch node "$1" --subresource=status --type=merge -p "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"$2\"}]}}" >/dev/null; }
# pod NAMESPACE NAME LABELS IMAGE ARGUMENTS PORTS [SPEC]
pod() { printf -- '---\n{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: %s, labels: {shape: here, %s}}, spec: {nodeName: node-1, %s containers: [{name: c, image: "%s", args: [%s], ports: [%s]}]}}\n' "$2" "$1" "$3" "${7:-}" "$4" "$5" "$6"; }
# service NAMESPACE NAME TYPE SELECTOR PORTS
service() { printf -- '---\n{apiVersion: v1, kind: Service, metadata: {name: %s, namespace: %s, labels: {shape: here}}, spec: {type: %s, selector: {%s}, ports: [%s]}}\n' "$2" "$1" "$3" "$4" "$5"; }
storage() { printf -- '---\n{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: %s, annotations: {storageclass.kubernetes.io/is-default-class: "%s"}}, provisioner: rancher.io/local-path, allowVolumeExpansion: %s}\n' "$1" "$2" "$3"; }

# looks FUNCTION KIND CONTEXT ARGUMENT...: runs a function of cluster-facts.sh as deploy.sh does.
looks() {
  CLUSTER_KIND=$2 CLUSTER_CONTEXT=$3 bash -c 'set -euo pipefail; . tools/lib.sh; kind=$CLUSTER_KIND context=$CLUSTER_CONTEXT
    . tools/clusters.sh; . tools/cluster-facts.sh; CLUSTER_KIND=$kind CLUSTER_CONTEXT=$context; function=$1; shift 3
    "$function" "$@"; if [ "$function" = find_ingress ]; then jq -cS . <<<"$INGRESS"; else echo "${STORAGE_CLASS:-default} $STORAGE_GROWS"; fi' looks "$@" </dev/null
}
# ingress WHAT WANTED ARGUMENT...: class, address and peers that are found.
ingress() {
  local got
  got=$(looks find_ingress kind kind-demo "${@:3}" 2>&1 | tail -n 1 | jq -r '"\(.class) \(.address) \(.peers | map(if .ipBlock then .ipBlock.cidr
    else "\(.namespaceSelector.matchLabels["kubernetes.io/metadata.name"])/\(.podSelector.matchLabels | del(.shape) | to_entries | map("\(.key)=\(.value)") | join(",")) " end) | join(" "))"' 2>&1)
  is "$1" "$2" "${got% }"
}
HTTP='{name: http, port: 80, targetPort: http}, {name: https, port: 443, targetPort: https}'

for name in ingress-nginx kube-edge; do namespace $name; done

empty
for kind in minikube kind k3d current; do
  case $kind in minikube) text="minikube -p team addons enable ingress" ;; kind) text="helm --kube-context team .*hostPort=80" ;; *) text="helm --kube-context team .*traefik" ;; esac
  ends_badly "no ingress class on $kind: what to type" "$text" looks find_ingress $kind team "" ""
done

{ node node-1 - 10.244.0.0/24; class nginx k8s.io/ingress-nginx true
  pod ingress-nginx ingress-nginx-controller-1 'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/instance: ingress-nginx, app.kubernetes.io/component: controller, pod-template-hash: abc' \
    registry.k8s.io/ingress-nginx/controller:v1.12.2@sha256:0000000000000000000000000000000000000000000000000000000000000001 \
    '/nginx-ingress-controller, --controller-class=k8s.io/ingress-nginx, --watch-ingress-without-class=true' '{name: http, containerPort: 80, hostPort: 80}'
  pod ingress-nginx ingress-nginx-admission-create-1 'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: admission-webhook' \
    registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.5 '' ''
  service ingress-nginx ingress-nginx-controller NodePort 'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/instance: ingress-nginx, app.kubernetes.io/component: controller' "$HTTP"
  service ingress-nginx ingress-nginx-controller-admission ClusterIP 'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/instance: ingress-nginx, app.kubernetes.io/component: controller' '{name: https-webhook, port: 443}'
} | shape
node_address node-1 192.168.49.2
labels=app.kubernetes.io/component=controller,app.kubernetes.io/instance=ingress-nginx,app.kubernetes.io/name=ingress-nginx
ingress "ingress-nginx as Minikube's and kind's add-on makes it (D1)" "nginx ingress-nginx-controller.ingress-nginx.svc:80 ingress-nginx/$labels" "" ""

{ class traefik traefik.io/ingress-controller
  pod kube-system traefik-1 'app.kubernetes.io/name: traefik, app.kubernetes.io/instance: traefik-kube-system' rancher/mirrored-library-traefik:3.6.12 '--providers.kubernetesingress' '{name: web, containerPort: 8000}'
  pod kube-system svclb-traefik-1 'app: svclb-traefik, svccontroller.k3s.cattle.io/svcname: traefik' rancher/klipper-lb:v0.4.9 '' '{containerPort: 80, hostPort: 80}'
  service kube-system traefik LoadBalancer 'app.kubernetes.io/name: traefik, app.kubernetes.io/instance: traefik-kube-system' '{name: web, port: 80, targetPort: web}, {name: websecure, port: 443, targetPort: websecure}'
} | shape
ingress "of two classes the default one" "nginx ingress-nginx-controller.ingress-nginx.svc:80 ingress-nginx/$labels" "" ""
ingress "or the one that is named: k3s' Traefik" "traefik traefik.kube-system.svc:80 kube-system/app.kubernetes.io/instance=traefik-kube-system,app.kubernetes.io/name=traefik" traefik ""
kubectl annotate ingressclass nginx ingressclass.kubernetes.io/is-default-class=false --overwrite >/dev/null
ends_badly "two classes and no default: it wants one named" "several ingress classes.*nginx traefik" looks find_ingress kind kind-demo "" ""
ends_badly "with what to type" "./deploy.sh --ingress-class nginx" looks find_ingress kind kind-demo "" ""
ends_badly "a class that is not there" "no ingress class 'haproxy'" looks find_ingress kind kind-demo haproxy ""

empty
{ node node-1 - 10.244.0.0/24; class edge traefik.io/ingress-controller
  pod kube-edge front-7 'app: front, tier: edge, controller-revision-hash: abc' registry.example.com:5000/mirror/traefik:v3.6 '--providers.kubernetesingress=true, --providers.kubernetesingress.ingressclass=edge' '{name: web, containerPort: 8000}'
  pod kube-edge other-1 'app: other' registry.example.com:5000/mirror/traefik:v3.6 '--providers.kubernetesingress.ingressclass=internal' '{name: web, containerPort: 8000}'
  service kube-edge way-in ClusterIP 'app: front' '{name: web, port: 8080, targetPort: web}'
} | shape
ingress "other names, namespace and labels; a second one of another class beside it" "edge way-in.kube-edge.svc:8080 kube-edge/app=front" "" ""

empty
{ node node-1 - 10.244.0.0/24; class nginx k8s.io/ingress-nginx
  pod kube-edge on-host 'app.kubernetes.io/name: ingress-nginx' registry.k8s.io/ingress-nginx/controller:v1.12.2 '' '{name: http, containerPort: 80, hostPort: 80}' 'hostNetwork: true,'; } | shape
node_address node-1 172.18.0.2
ingress "on the network of its node: the addresses that its connections come from" "nginx 172.18.0.2:80 10.244.0.0/31 172.18.0.2/32" "" ""
is "and it says so" true "$(looks find_ingress kind kind-demo "" "" 2>/dev/null | tail -n 1 | jq .hostNetwork)"

empty
{ node node-1 - 10.244.0.0/24; class strange example.com/controller
  pod kube-edge strange-1 'app: strange' registry.example.com/strange:1 '' ''; service kube-edge strange ClusterIP 'app: strange' '{port: 80}'; } | shape
ends_badly "an unknown controller: name its Service" "--ingress-service NAMESPACE/NAME" looks find_ingress kind kind-demo "" ""
ingress "which is then taken, with its pods" "strange strange.kube-edge.svc:80 kube-edge/app=strange" "" kube-edge/strange
ends_badly "a Service that is not there" "no Service kube-edge/none" looks find_ingress kind kind-demo "" kube-edge/none

empty
ends_badly "no storage class" "addons enable default-storageclass" looks find_storage minikube team ""
{ storage slow false true; storage fast false false; } | shape
ends_badly "no default storage class: what to type" "--storage-class fast.*is-default-class=true" looks find_storage kind kind-demo ""
is "one that is named" "fast false" "$(looks find_storage kind kind-demo fast 2>/dev/null)"
ends_badly "one that is not there" "no storage class 'none'" looks find_storage kind kind-demo none
{ storage slow true true; } | shape
is "the default, which grows" "default true" "$(looks find_storage kind kind-demo "" 2>/dev/null)"
{ storage slow true false; } | kubectl replace --force -f - >/dev/null 2>&1
is "local-path that cannot grow" "default false" "$(looks find_storage kind kind-demo "" 2>/dev/null)"
ends_well "and it says so" "cannot grow" looks find_storage kind kind-demo ""
ends_well "the API server is new enough" "" looks need_version kind kind-demo
empty
