# How deploy.sh meets the different kinds of cluster: source it after lib.sh. It begins with find_cluster, or with
# use_embedded where the embedded cluster is meant.
# shellcheck shell=bash
# shellcheck disable=SC2034 # what is found here is read by deploy.sh and its other files

# What is known of the cluster in use; find_cluster and cluster_up set it.
CLUSTER_KIND=""    # embedded, k3d, kind, minikube or current
CLUSTER_CONTEXT="" # kubectl's name for it; empty while there is no cluster
CLUSTER_SERVER=""  # the address of its API server
CLUSTER_FRESH=no   # yes: started by this run, so that its add-ons may still be coming
CLUSTER_CHOICE=""  # "found": nobody has named it, so a foreign one is asked about
TOOL_CLUSTER=""    # what k3d, kind or Minikube calls it, or will call it
# Where the one who started the script has kubectl's configuration; empty: where kubectl has it by itself.
USER_KUBECONFIG=${KUBECONFIG:-}

# Where the platform is, in whatever cluster.
NAMESPACE=storefleet-system

EMBEDDED_STATE=/var/lib/storefleet-cluster
# Where containerd of the embedded cluster listens.
EMBEDDED_CONTAINERD=/run/storefleet-cluster/containerd.sock
# What deploy.sh remembers of clusters: which ones it made, kubeconfigs that name one cluster, the forwarded port.
DEPLOY_STATE="$STOREFLEET_CACHE/deploy"
# The name of the clusters that deploy.sh makes.
OWN_NAME=storefleet

# installed COMMAND: whether a command is there.
installed() { command -v "$1" >/dev/null; }

# cluster_of CONTEXT [OPTION...]: server and certificate authority, which together no other cluster has.
cluster_of() {
  kubectl "${@:2}" config view --raw --flatten --minify ${1:+--context="$1"} -o json 2>/dev/null |
    jq -r '.clusters[0].cluster | "\(.server) \(.["certificate-authority-data"] // "")"'
}

# is_embedded CONTEXT: by server and authority, whatever the context is called.
is_embedded() {
  local ours
  [ -r "$EMBEDDED_STATE/kubeconfig" ] || return 1
  ours=$(cluster_of "" --kubeconfig "$EMBEDDED_STATE/kubeconfig") || return 1
  [ "$(cluster_of "$1" || true)" = "$ours" ]
}

# host_of URL: its host, without brackets.
host_of() {
  local host=${1#*://}
  host=${host%%/*} host=${host%:*} host=${host#[}
  echo "${host%]}"
}

is_loopback() { case "$(host_of "$1")" in 127.* | localhost | ::1 | 0.0.0.0) ;; *) return 1 ;; esac; }

# tool_has KIND NAME: whether the tool knows a cluster of that name.
tool_has() {
  installed "$1" || return 1
  case "$1" in
    k3d) k3d cluster list -o json 2>/dev/null | jq -e --arg name "$2" 'any(.[]; .name == $name)' >/dev/null ;;
    kind) kind get clusters 2>/dev/null | grep -xF -- "$2" >/dev/null ;;
    minikube) { minikube profile list -o json 2>/dev/null || true; } | jq -e --arg name "$2" 'any(.valid[]?; .Name == $name)' >/dev/null ;;
  esac
}

# kind_of CONTEXT: prints which kind of cluster a context leads to. A name says nothing: what is on this machine is
# what the tool of that kind knows under that name, at an address of this machine.
kind_of() {
  local context=$1 server
  server=$(cluster_of "$context" || true)
  server=${server%% *}
  if is_embedded "$context"; then
    echo embedded
  elif [[ $context == k3d-* ]] && is_loopback "$server" && tool_has k3d "${context#k3d-}"; then
    echo k3d
  elif [[ $context == kind-* ]] && is_loopback "$server" && tool_has kind "${context#kind-}"; then
    echo kind
  elif tool_has minikube "$context" && { is_loopback "$server" || [ "$(host_of "$server")" = "$(minikube -p "$context" ip 2>/dev/null)" ]; }; then
    echo minikube
  else
    echo current
  fi
}

# answers CONTEXT: whether its API server is there and ready.
answers() { kubectl --context="$1" get --raw /readyz --request-timeout=5s >/dev/null 2>&1; }

# find_cluster auto|KIND: decides which cluster to use, and lets every command go to it where it is there already. Changes
# nothing in it. The embedded one needs use_embedded as well, which may have to build it.
find_cluster() {
  local wanted=$1 context="" kind server
  case "$wanted" in
    auto | embedded | k3d | kind | minikube | current) ;;
    *) die "unknown kind of cluster '$wanted'" "Choose embedded, k3d, kind, minikube or current." ;;
  esac
  if installed kubectl; then context=$(kubectl config current-context 2>/dev/null || true); fi
  if [ "$wanted" = current ] && [ -z "$context" ]; then
    die "kubectl has no current context" "Choose one with: kubectl config use-context NAME"
  fi
  if [ -n "$context" ] && [[ $wanted = auto || $wanted = current ]]; then
    kind=$(kind_of "$context")
    server=$(cluster_of "$context" || true)
    server=${server%% *}
    if [ "$kind" = embedded ]; then
      wanted=embedded
    elif answers "$context"; then
      [ "$wanted" = current ] || CLUSTER_CHOICE=found
      use_context "$kind" "$context"
      return
    elif [ "$wanted" = current ]; then
      die "kubectl's current context '$context' ($server) does not answer" "Check it with: kubectl cluster-info"
    else
      say "kubectl's current context '$context' ($server) does not answer: looking for a cluster on this machine"
    fi
  fi
  if [ "$wanted" = auto ]; then
    for wanted in k3d kind minikube embedded; do
      if installed "$wanted"; then break; fi
    done
  fi
  case "$wanted" in
    embedded) choose_embedded ;;
    *) use_tool "$wanted" "$context" ;;
  esac
}

choose_embedded() {
  CLUSTER_KIND=embedded
  [ "$(id -u)" = 0 ] || die "there is no Kubernetes cluster, and starting one here needs root" \
    "Run as root, or point kubectl at a cluster."
}

# use_embedded: builds the embedded cluster's programs, and lets every command go to it.
use_embedded() {
  local bin
  choose_embedded
  bin=$(cluster/cluster bin-dir)
  PATH="$bin:$PATH"
  export PATH
  # Before the first start there is none.
  KUBECONFIG=$(cluster/cluster kubeconfig 2>/dev/null || echo /nonexistent)
  export KUBECONFIG
  [ ! -f "$KUBECONFIG" ] || CLUSTER_CONTEXT=embedded
}

need_kubectl() {
  local folder
  installed kubectl || die "kubectl is missing" "Install it, see https://kubernetes.io/docs/tasks/tools/"
  if installed helm; then return; fi
  folder="$STOREFLEET_CACHE/helm/$(hash_of cluster/upstream/go.mod cluster/upstream/go.sum)"
  if [ ! -x "$folder/helm" ]; then
    need_go
    say "building helm, which is not installed here"
    (cd cluster/upstream && run_logged "$STOREFLEET_CACHE/logs/build-helm.log" \
      env CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w" -o "$folder/helm" helm.sh/helm/v4/cmd/helm)
  fi
  PATH="$PATH:$folder"
  export PATH
}

# use_user_kubeconfig: kubectl reads and writes the user's own configuration again.
use_user_kubeconfig() { if [ -n "$USER_KUBECONFIG" ]; then export KUBECONFIG=$USER_KUBECONFIG; else unset KUBECONFIG; fi; }

# use_context KIND CONTEXT: from here on every command goes to this cluster, even if somebody changes the current context.
use_context() {
  local file
  need_kubectl
  use_user_kubeconfig
  CLUSTER_KIND=$1 CLUSTER_CONTEXT=$2
  CLUSTER_SERVER=$(cluster_of "$2")
  file="$DEPLOY_STATE/kubeconfig-$(short_hash <<<"$2 $CLUSTER_SERVER")"
  CLUSTER_SERVER=${CLUSTER_SERVER%% *}
  mkdir -p "$DEPLOY_STATE"
  (umask 077 && kubectl config view --raw --flatten --minify --context="$2" >"$file.new")
  mv "$file.new" "$file"
  export KUBECONFIG=$file
}

# by_tool COMMAND...: runs k3d, kind or minikube, which write into the user's own configuration of kubectl.
by_tool() {
  (use_user_kubeconfig && "$@" >&2) || die "'$*' failed" "See its message above; it must work by hand as well."
}

# context_of KIND NAME: what kubectl calls that cluster.
context_of() { case "$1" in minikube) echo "$2" ;; *) echo "$1-$2" ;; esac; }

# use_tool KIND CONTEXT: a cluster of that kind: the current one, else the one that deploy.sh made, else none so far.
use_tool() {
  local kind=$1 context=$2 name=$OWN_NAME
  installed "$kind" || die "$kind is not installed" "Install it, or choose another kind with --cluster."
  need_kubectl
  CLUSTER_KIND=$kind
  if [ -n "$context" ] && [ "$(kind_of "$context")" = "$kind" ]; then
    case "$kind" in minikube) name=$context ;; *) name=${context#"$kind-"} ;; esac
  elif [ "$kind" = minikube ] && ! tool_has minikube "$OWN_NAME" && tool_has minikube minikube; then
    name=minikube
  fi
  TOOL_CLUSTER=$name
  tool_has "$kind" "$name" || return 0
  # kubectl may have lost its entry, which the tool can write again.
  context=$(context_of "$kind" "$name")
  if ! kubectl config get-contexts "$context" >/dev/null 2>&1; then
    case "$kind" in
      k3d) by_tool k3d kubeconfig merge "$name" --kubeconfig-merge-default --kubeconfig-switch-context=false ;;
      kind) by_tool kind export kubeconfig --name "$name" ;;
      minikube) by_tool minikube -p "$name" update-context ;;
    esac
  fi
  use_context "$kind" "$context"
}

# tool_cluster: the tool's own name of the cluster in use.
tool_cluster() {
  case "$CLUSTER_KIND" in
    k3d | kind) echo "${CLUSTER_CONTEXT#"$CLUSTER_KIND-"}" ;;
    *) echo "$CLUSTER_CONTEXT" ;;
  esac
}

cluster_name() {
  case "$CLUSTER_KIND" in
    embedded) echo "the embedded cluster" ;;
    current) echo "the cluster of kubectl's context '$CLUSTER_CONTEXT' ($CLUSTER_SERVER)" ;;
    *) echo "$CLUSTER_KIND (${CLUSTER_CONTEXT:-to be created}${CLUSTER_SERVER:+, $CLUSTER_SERVER})" ;;
  esac
}

cluster_running() { [ -n "$CLUSTER_CONTEXT" ] && kubectl get --raw /readyz --request-timeout=5s >/dev/null 2>&1; }

# cluster_exists: whether there is one, be it stopped.
cluster_exists() {
  case "$CLUSTER_KIND" in
    embedded) [ -e "$EMBEDDED_STATE/cluster.json" ] ;;
    *) [ -n "$CLUSTER_CONTEXT" ] ;;
  esac
}

made_file() { echo "$DEPLOY_STATE/made-$CLUSTER_KIND-$OWN_NAME"; }

# cluster_is_ours: whether deploy.sh made the cluster, so that --down may remove it.
cluster_is_ours() {
  case "$CLUSTER_KIND" in
    embedded) true ;;
    current) false ;;
    *) [ "$(tool_cluster)" = "$OWN_NAME" ] && [ -e "$(made_file)" ] ;;
  esac
}

# is_foreign: a cluster that is not of this machine, and that nobody has named: to be asked about.
is_foreign() { [ "$CLUSTER_KIND" = current ] && [ "$CLUSTER_CHOICE" = found ]; }

cluster_up() {
  if [ "$CLUSTER_KIND" = embedded ]; then
    part start "starting the cluster" cluster/cluster up
    KUBECONFIG=$(cluster/cluster kubeconfig)
    CLUSTER_CONTEXT=embedded
    return
  fi
  if cluster_running; then return; fi
  CLUSTER_FRESH=yes
  if [ -n "$CLUSTER_CONTEXT" ]; then
    start_stopped
  else
    say "creating a $CLUSTER_KIND cluster"
    create_cluster
    mkdir -p "$DEPLOY_STATE"
    touch "$(made_file)"
    CLUSTER_CONTEXT=$(context_of "$CLUSTER_KIND" "$TOOL_CLUSTER")
    use_context "$CLUSTER_KIND" "$CLUSTER_CONTEXT"
  fi
  cluster_running || die "the $CLUSTER_KIND cluster does not answer" "Look at it with: kubectl --context $CLUSTER_CONTEXT cluster-info"
}

start_stopped() {
  local name
  name=$(tool_cluster)
  say "starting the $CLUSTER_KIND cluster '$name'"
  case "$CLUSTER_KIND" in
    k3d) by_tool k3d cluster start "$name" --wait ;;
    minikube) by_tool minikube -p "$name" start ;;
    kind) die "the kind cluster '$name' does not answer" "Start its node: docker start $name-control-plane, or remove it: kind delete cluster --name $name" ;;
    *) die "$(cluster_name) does not answer" "Check it with: kubectl cluster-info" ;;
  esac
  # Its address may have changed.
  use_context "$CLUSTER_KIND" "$CLUSTER_CONTEXT"
}

# listens PORT: whether something on this machine takes connections there.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: 80 where it is free, else the first one from 8080 on.
free_port() {
  local port
  for port in 80 {8080..8099}; do
    if ! listens "$port"; then
      echo "$port"
      return
    fi
  done
  die "no port of 80 and 8080 to 8099 is free on this machine" "End what listens there: ss -ltnp"
}

create_cluster() {
  local port
  port=$(free_port)
  case "$CLUSTER_KIND" in
    k3d) by_tool k3d cluster create "$OWN_NAME" --port "127.0.0.1:$port:80@loadbalancer" --wait ;;
    kind)
      by_tool kind create cluster --name "$OWN_NAME" --wait 120s --config - <<CONFIG
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - {containerPort: 80, hostPort: $port, listenAddress: 127.0.0.1}
CONFIG
      ;;
    # Its plain network lets every pod reach every other, whatever policies say.
    minikube) by_tool minikube -p "$OWN_NAME" start --cni=calico --addons=ingress ;;
  esac
}

cluster_down() {
  if cluster_is_ours; then
    say "removing $(cluster_name)"
    case "$CLUSTER_KIND" in
      embedded) cluster/cluster reset ;;
      k3d) by_tool k3d cluster delete "$OWN_NAME" ;;
      kind) by_tool kind delete cluster --name "$OWN_NAME" ;;
      minikube) by_tool minikube -p "$OWN_NAME" delete ;;
    esac
    rm -f "$(made_file)"
  fi
  [[ ${KUBECONFIG:-} != "$DEPLOY_STATE"/* ]] || rm -f "$KUBECONFIG"
}

# on_every_node REFERENCE: whether the nodes say that they hold the image.
on_every_node() {
  kubectl get nodes -o json | jq -e --arg image "$1" \
    '(.items | length) > 0 and all(.items[]; any(.status.images[]?.names[]?; . == $image))' >/dev/null
}

# load_image REFERENCE ARCHIVE: makes an image available to the nodes; nothing where it is there already, since the tag
# of an image of ours says its content.
load_image() {
  local reference=$1 archive=$2 name
  name=$(tool_cluster)
  if [ "$CLUSTER_KIND" = embedded ]; then
    ctr --address "$EMBEDDED_CONTAINERD" --namespace k8s.io images list --quiet 2>/dev/null | grep -xF "$reference" >/dev/null ||
      with_signs "loading $reference" "" cluster/cluster load-image "$archive" >/dev/null
    return
  fi
  if on_every_node "$reference"; then return; fi
  say "loading $reference"
  case "$CLUSTER_KIND" in
    k3d) by_tool k3d image import --cluster "$name" "$archive" ;;
    kind) by_tool kind load image-archive --name "$name" "$archive" ;;
    minikube)
      by_tool minikube -p "$name" image load "$archive"
      # It ends with 0 whatever happened.
      minikube -p "$name" image ls | grep -F "$reference" >/dev/null ||
        die "minikube did not take the image $reference" "Try by hand: minikube -p $name image load $archive"
      ;;
  esac
}
