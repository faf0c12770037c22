# What the platform chart must know of a cluster, found by looking: source it after clusters.sh.
# shellcheck shell=bash

INGRESS="{}"       # what ingress.jq says of the ingress controller
STORAGE_CLASS=""   # of all volumes; empty: the cluster's default
STORAGE_GROWS=false

# pick WHAT OPTION NAME...: asks a person for one of the names; ends with what to type where nobody can be asked.
pick() {
  local what=$1 option=$2 answer
  shift 2
  if [ -t 0 ]; then
    say "$what: $*"
    read -r -p "Which one? " answer </dev/tty || answer=""
    for name in "$@"; do [ "$name" != "$answer" ] || { echo "$name" && return; }; done
  fi
  die "$what: $*" "Say which one with $option NAME, for example: ./deploy.sh $option $1"
}

need_version() {
  local version
  version=$(kubectl version -o json | jq -r '.serverVersion | "\(.major) \(.minor | gsub("[^0-9]"; ""))"')
  [ "${version% *}" -gt 1 ] || [ "${version#* }" -ge 30 ] ||
    die "the cluster runs Kubernetes ${version/ /.}, and Storefleet needs 1.30 or newer" "Use a newer cluster, or one of our own: ./deploy.sh --cluster embedded"
}

# how_to_get_an_ingress: what to type on this kind of cluster.
how_to_get_an_ingress() {
  case "$CLUSTER_KIND" in
    minikube) echo "Type: minikube -p $CLUSTER_CONTEXT addons enable ingress   then run this again." ;;
    embedded) echo "Type: cluster/cluster up   then run this again." ;;
    kind) echo "Type: helm --kube-context $CLUSTER_CONTEXT upgrade --install traefik traefik --repo https://traefik.github.io/charts -n traefik --create-namespace --set ports.web.hostPort=80   then run this again." ;;
    *) echo "Type: helm ${CLUSTER_CONTEXT:+--kube-context $CLUSTER_CONTEXT }upgrade --install traefik traefik --repo https://traefik.github.io/charts -n traefik --create-namespace   then run this again." ;;
  esac
}

# ingress_of CLASS SERVICE: prints what ingress.jq finds.
ingress_of() {
  {
    kubectl get ingressclasses.networking.k8s.io -o json
    kubectl get services -A -o json
    kubectl get pods -A --field-selector status.phase!=Succeeded,status.phase!=Failed -o json
    kubectl get nodes -o json
  } | jq -s --arg class "$1" --arg service "$2" '{classes: .[0].items, services: .[1].items, pods: .[2].items, nodes: .[3].items}' |
    jq --arg class "$1" --arg service "$2" -f tools/ingress.jq
}

# find_ingress CLASS SERVICE: sets INGRESS; both may be empty, and ask for what cannot be told by looking.
find_ingress() {
  local class=$1 service=$2 problem deadline=$((SECONDS + 180))
  local -a names
  while true; do
    INGRESS=$(ingress_of "$class" "$service")
    problem=$(jq -r '.problem // ""' <<<"$INGRESS")
    # k3d and Minikube bring theirs a moment after they have started.
    [[ $CLUSTER_FRESH = yes && $CLUSTER_KIND != kind && $problem = no* && $SECONDS -lt $deadline ]] || break
    sleep 2
  done
  if [ "$problem" = manyClasses ]; then
    class=$(jq -r '.classes[]' <<<"$INGRESS")
    mapfile -t names <<<"$class"
    class=$(pick "the cluster has several ingress classes, and none or several are the default" --ingress-class "${names[@]}")
    INGRESS=$(ingress_of "$class" "$service")
    problem=$(jq -r '.problem // ""' <<<"$INGRESS")
  fi
  case "$problem" in
    "") ;;
    noController)
      [ "$(jq '.pods | length' <<<"$INGRESS")" = 0 ] || say "there are pods that look like an ingress controller: $(jq -r '.pods | join(" ")' <<<"$INGRESS")"
      die "the cluster has no ingress class, and so no ingress controller that stores could be reached through" "$(how_to_get_an_ingress)"
      ;;
    unknownClass) die "there is no ingress class '$class'" "There are: $(jq -r '.classes | join(" ")' <<<"$INGRESS")" ;;
    noPods)
      [ -z "$service" ] || die "there is no Service $service with running pods" "Give --ingress-service NAMESPACE/NAME of the ingress controller: kubectl get services -A"
      die "no pod of the ingress controller of class '$(jq -r .class <<<"$INGRESS")' was found" \
        "$(how_to_get_an_ingress) If it runs already, name its Service: --ingress-service NAMESPACE/NAME (kubectl get services -A)"
      ;;
    manyPods) die "these could all be the ingress controller: $(jq -r '.pods | join(" ")' <<<"$INGRESS")" "Name its Service: --ingress-service NAMESPACE/NAME (kubectl get services -A)" ;;
    noService) die "the ingress controller $(jq -r '.pods | join(" ")' <<<"$INGRESS") has no Service with port 80" "Make one: kubectl -n NAMESPACE expose deployment NAME --port 80   then run this again." ;;
    *) die "the ingress controller cannot be told ($problem)" "Name its Service: --ingress-service NAMESPACE/NAME" ;;
  esac
}

# wait_for_ingress: an add-on that was enabled a moment ago takes its time.
wait_for_ingress() {
  local namespace selector
  namespace=$(jq -r .namespace <<<"$INGRESS")
  selector=$(jq -r '.podLabels | to_entries | map("\(.key)=\(.value)") | join(",")' <<<"$INGRESS")
  kubectl -n "$namespace" wait pod --for=condition=Ready --selector "$selector" --timeout=180s >/dev/null ||
    die "the ingress controller does not become ready" "Look at it with: kubectl -n $namespace describe pods --selector $selector"
  say "ingress: class $(jq -r .class <<<"$INGRESS"), $(jq -r .address <<<"$INGRESS")$(jq -r 'if .hostNetwork then ", on the network of its node" else "" end' <<<"$INGRESS")"
}

# find_storage CLASS: sets STORAGE_CLASS and STORAGE_GROWS; without CLASS it is the cluster's default.
find_storage() {
  local classes list name=$1
  local -a names=()
  classes=$(kubectl get storageclasses.storage.k8s.io -o json)
  list=$(jq -r '.items[].metadata.name' <<<"$classes")
  [ -z "$list" ] || mapfile -t names <<<"$list"
  STORAGE_CLASS=$name
  # Of several defaults Kubernetes takes the newest.
  [ -n "$name" ] || name=$(jq -r '[.items[] | select(.metadata.annotations["storageclass.kubernetes.io/is-default-class"] == "true"
      or .metadata.annotations["storageclass.beta.kubernetes.io/is-default-class"] == "true")]
    | sort_by(.metadata.creationTimestamp) | last.metadata.name // ""' <<<"$classes")
  if [ ${#names[@]} = 0 ]; then
    case "$CLUSTER_KIND" in
      minikube) die "the cluster has no storage class, so stores get no volumes" "Type: minikube -p $CLUSTER_CONTEXT addons enable default-storageclass && minikube -p $CLUSTER_CONTEXT addons enable storage-provisioner   then run this again." ;;
      *) die "the cluster has no storage class, so stores get no volumes" "Install a provisioner, for example https://github.com/rancher/local-path-provisioner, then run this again." ;;
    esac
  fi
  if [ -z "$name" ]; then
    die "the cluster has no default storage class; there are: ${names[*]}" \
      "Type: ./deploy.sh --storage-class ${names[0]}   or make it the default: kubectl annotate storageclass ${names[0]} storageclass.kubernetes.io/is-default-class=true"
  fi
  jq -e --arg name "$name" 'any(.items[]; .metadata.name == $name)' <<<"$classes" >/dev/null || die "there is no storage class '$name'" "There are: ${names[*]}"
  STORAGE_GROWS=$(jq --arg name "$name" 'any(.items[]; .metadata.name == $name and .allowVolumeExpansion == true)' <<<"$classes")
  [ "$STORAGE_GROWS" = true ] || say "volumes of the storage class '$name' cannot grow: a store stays on plans with volumes of its size"
}

# cluster_values: prints the values of the platform chart that follow from the cluster.
cluster_values() {
  jq -n --argjson ingress "$INGRESS" --arg storage "$STORAGE_CLASS" --argjson grows "$STORAGE_GROWS" '{
    ingress: {className: $ingress.class, controller: {address: $ingress.address, peers: $ingress.peers}},
    storage: {className: $storage, canGrow: $grows}
  }'
}
