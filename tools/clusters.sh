# How deploy.sh meets the different kinds of cluster: source it after lib.sh, call find_cluster first.
# shellcheck shell=bash

CLUSTER_KIND=""       # embedded, k3d, kind, minikube or current
CLUSTER_SETTINGS=()   # --set arguments for the platform chart
PLATFORM_URL=""

# installed COMMAND: whether a command is there.
installed() { command -v "$1" >/dev/null; }

# find_cluster auto|KIND: decides which cluster to use and puts its tools on the PATH; changes nothing in it.
find_cluster() {
  local context
  CLUSTER_KIND=$1
  if [ "$CLUSTER_KIND" = auto ]; then
    context=$(kubectl config current-context 2>/dev/null || true)
    if [ -n "$context" ] && kubectl get --raw /readyz --request-timeout=5s >/dev/null 2>&1; then
      case "$context" in
        k3d-*) CLUSTER_KIND=k3d ;;
        kind-*) CLUSTER_KIND=kind ;;
        minikube) CLUSTER_KIND=minikube ;;
        storefleet-cluster) CLUSTER_KIND=embedded ;;
        *) CLUSTER_KIND=current ;;
      esac
    elif installed k3d; then
      CLUSTER_KIND=k3d
    elif installed kind; then
      CLUSTER_KIND=kind
    elif installed minikube; then
      CLUSTER_KIND=minikube
    else
      CLUSTER_KIND=embedded
    fi
  fi
  case "$CLUSTER_KIND" in
    embedded)
      [ "$(id -u)" = 0 ] || die "there is no Kubernetes cluster, and starting one here needs root" \
        "Run as root, or point kubectl at a cluster."
      PATH="$(cluster/cluster bin-dir):$PATH"
      # Before the first start there is none.
      KUBECONFIG=$(cluster/cluster kubeconfig 2>/dev/null || echo /nonexistent)
      export PATH KUBECONFIG
      ;;
    k3d | kind | minikube | current)
      installed kubectl || die "kubectl is missing" "Install it, see https://kubernetes.io/docs/tasks/tools/"
      installed helm || PATH="$(cluster/cluster bin-dir):$PATH"
      export PATH
      ;;
    *) die "unknown kind of cluster '$CLUSTER_KIND'" "Choose embedded, k3d, kind, minikube or current." ;;
  esac
}

cluster_name() {
  case "$CLUSTER_KIND" in
    embedded) echo "the embedded cluster" ;;
    *) echo "$CLUSTER_KIND ($(kubectl config current-context 2>/dev/null || echo "to be created"))" ;;
  esac
}

cluster_running() { kubectl get --raw /readyz --request-timeout=5s >/dev/null 2>&1; }

# cluster_is_ours: whether --down may remove the cluster itself.
cluster_is_ours() {
  case "$CLUSTER_KIND" in
    embedded) true ;;
    k3d) [ "$(kubectl config current-context 2>/dev/null)" = k3d-storefleet ] ;;
    kind) [ "$(kubectl config current-context 2>/dev/null)" = kind-storefleet ] ;;
    *) false ;;
  esac
}

cluster_up() {
  if [ "$CLUSTER_KIND" = embedded ]; then
    cluster/cluster up
    KUBECONFIG=$(cluster/cluster kubeconfig)
    return
  fi
  ! cluster_running || return 0
  say "creating a $CLUSTER_KIND cluster"
  case "$CLUSTER_KIND" in
    k3d) k3d cluster create storefleet --port '127.0.0.1:80:80@loadbalancer' --wait ;;
    kind)
      kind create cluster --name storefleet --config - <<'CONFIG'
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - {containerPort: 80, hostPort: 80, listenAddress: 127.0.0.1}
CONFIG
      ;;
    minikube) minikube start ;;
    current) die "kubectl's current context does not answer" "Check it with: kubectl cluster-info" ;;
  esac
}

cluster_down() {
  cluster_is_ours || return 0
  say "removing $(cluster_name)"
  case "$CLUSTER_KIND" in
    embedded) cluster/cluster reset ;;
    k3d) k3d cluster delete storefleet ;;
    kind) kind delete cluster --name storefleet ;;
  esac
}

# Where containerd of the embedded cluster listens.
EMBEDDED_CONTAINERD=/run/storefleet-cluster/containerd.sock

# load_image REFERENCE ARCHIVE: makes an image available to the nodes; nothing where it is there already, since the tag
# of an image of ours says its content.
load_image() {
  local reference=$1 archive=$2 context
  context=$(kubectl config current-context)
  case "$CLUSTER_KIND" in
    embedded)
      ctr --address "$EMBEDDED_CONTAINERD" --namespace k8s.io images list --quiet 2>/dev/null | grep -xF "$reference" >/dev/null ||
        cluster/cluster load-image "$archive" >/dev/null
      ;;
    k3d) k3d image import --cluster "${context#k3d-}" "$archive" ;;
    kind) kind load image-archive --name "${context#kind-}" "$archive" ;;
    minikube) minikube image load "$archive" ;;
    current) say "image $reference must be in a registry that the cluster reaches (see docs/production.md)" ;;
  esac
}

# default_class_grows: true where volumes of the default storage class can be made larger, else false.
default_class_grows() {
  kubectl get storageclasses -o json | jq '[.items[]
    | select(.metadata.annotations["storageclass.kubernetes.io/is-default-class"] == "true" and .allowVolumeExpansion)] != []'
}

# cluster_settings: what the platform chart must know of this cluster; sets CLUSTER_SETTINGS and PLATFORM_URL.
cluster_settings() {
  local port=80 status service namespace class
  if [ "$CLUSTER_KIND" = embedded ]; then
    status=$(cluster/cluster status -o json)
    port=$(jq -r .httpPort <<<"$status")
    service=$(jq -r .ingressService <<<"$status")
    CLUSTER_SETTINGS=(--set "urls.port=$port" --set "ingress.controller.address=$service.svc:80")
  else
    class=$(kubectl get ingressclass -o 'jsonpath={.items[0].metadata.name}' 2>/dev/null || true)
    [ -n "$class" ] || die "the cluster has no ingress controller" \
      "Install one, for example Traefik by its Helm chart (on Minikube: minikube addons enable ingress), then run this again."
    read -r namespace service < <(kubectl get service -A -l app.kubernetes.io/name=traefik \
      -o 'jsonpath={.items[0].metadata.namespace} {.items[0].metadata.name}' 2>/dev/null || true)
    CLUSTER_SETTINGS=(--set "ingress.className=$class")
    [ -z "${service:-}" ] || CLUSTER_SETTINGS+=(--set "ingress.controller.address=$service.$namespace.svc:80"
      --set "ingress.controller.peers[0].namespaceSelector.matchLabels.kubernetes\.io/metadata\.name=$namespace"
      --set "ingress.controller.peers[0].podSelector.matchLabels.app\.kubernetes\.io/name=traefik")
  fi
  CLUSTER_SETTINGS+=(--set "storage.canGrow=$(default_class_grows)")
  PLATFORM_URL=http://storefleet.localhost
  [ "$port" = 80 ] || PLATFORM_URL+=":$port"
}
