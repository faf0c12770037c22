#!/usr/bin/env bash
# Brings up Storefleet and a first store, on the cluster that is there or on one of its own.
#
#   ./deploy.sh                 on the current kubectl context; else k3d, kind or Minikube; else cluster/
#   ./deploy.sh --down [--yes]  deletes every store, the platform, and the cluster that this script made
#
# Options: --cluster embedded|k3d|kind|minikube|current   instead of looking for one; a cluster that is not
#                                of this machine is asked about, unless "current" says that it is meant
#          --values FILE         values of the platform (default: helm/values-local.yaml)
#          --store NAME          name of the first store (default: demo; "" makes none)
#          --engine NAME         its engine (default: woocommerce where the plugin can be had, else medusa)
#          --add-engine FOLDER   an engine of your own (docs/engines.md); may be repeated
#          --base-domain DOMAIN  a domain that leads to the cluster (default: storefleet.localhost, this machine)
#          --ingress-class NAME, --ingress-service NAMESPACE/NAME, --storage-class NAME
#                                where the cluster has several, or hides them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/lib.sh
. tools/lib.sh
# shellcheck source=tools/clusters.sh
. tools/clusters.sh
# shellcheck source=tools/cluster-facts.sh
. tools/cluster-facts.sh
# shellcheck source=tools/engines.sh
. tools/engines.sh
# shellcheck source=tools/plan.sh
. tools/plan.sh

IMAGES=(woocommerce medusa postgresql platform)
cluster=auto values=helm/values-local.yaml store=demo engine="" down=no yes=no
base_domain="" ingress_class="" ingress_service="" storage_class=""
added_engines=()
BINARY=""       # the program, once it is built
store_is_new=no # whether this run has made the first store
# shellcheck source=tools/reaching.sh
. tools/reaching.sh

usage() { sed -n '2,/^set -e/p' deploy.sh | sed '$d; s/^# \{0,1\}//'; }

# need_value OPTION [VALUE]
need_value() { [ $# -gt 1 ] || die "$1 needs a value" "See ./deploy.sh --help."; }

while [ $# -gt 0 ]; do
  case "$1" in
    --down) down=yes ;;
    --yes) yes=yes ;;
    --cluster) need_value "$@" && cluster=$2 && shift ;;
    --values) need_value "$@" && values=$2 && shift ;;
    --store) need_value "$@" && store=$2 && shift ;;
    --engine) need_value "$@" && engine=$2 && shift ;;
    --add-engine) need_value "$@" && added_engines+=("$2") && shift ;;
    --base-domain) need_value "$@" && base_domain=$2 && shift ;;
    --ingress-class) need_value "$@" && ingress_class=$2 && shift ;;
    --ingress-service) need_value "$@" && ingress_service=$2 && shift ;;
    --storage-class) need_value "$@" && storage_class=$2 && shift ;;
    -h | --help) usage && exit ;;
    *) die "unknown option '$1'" "See ./deploy.sh --help." ;;
  esac
  shift
done
[ -f "$values" ] || die "there is no file $values" "Give --values a file, for example helm/values-local.yaml."

# confirm_cluster: nothing is done to a cluster that is not of this machine before somebody has said that it is meant.
confirm_cluster() {
  is_foreign || return 0
  [ -t 0 ] || die "kubectl's current context is '$CLUSTER_CONTEXT' ($CLUSTER_SERVER), which is no cluster of this machine" \
    "Say ./deploy.sh --cluster current if it is meant, or --cluster embedded for a cluster of its own."
  read -r -p "Install Storefleet on $(cluster_name)? [y/N] " answer || answer=""
  [ "$answer" = y ] || die "nothing was changed" "Choose another cluster with --cluster, or with: kubectl config use-context NAME"
}

# check_images: on a cluster that images cannot be loaded into, the values file says where they are.
check_images() {
  [ "$CLUSTER_KIND" = current ] || return 0
  local config
  config=$(final_config "$values")
  if ! grep -q 'localhost/storefleet/' <<<"$config"; then return; fi
  die "images cannot be loaded into $(cluster_name)" \
    "Push them to a registry that it reaches, and give their names with --values FILE (docs/production.md)."
}

# build_all: sets BINARY; builds the images, and loads them where this cluster can take them.
build_all() {
  local name lines helm_helper
  BINARY=$(backend/build)
  if [ "$CLUSTER_KIND" = current ]; then
    lines=$(final_config "$values" | config_value enabledEngines | jq -r '.[]')
    mapfile -t ENGINES <<<"$lines"
    return
  fi
  helm_helper=$(backend/releases/helm-helper/build)
  build_woocommerce
  build_image medusa
  build_image postgresql
  build_image platform --binary "$BINARY" --helm-helper "$helm_helper"
  for name in "${IMAGES[@]}"; do
    if [ -n "${ARCHIVE[$name]}" ]; then load_image "${IMAGE[$name]}" "${ARCHIVE[$name]}"; fi
  done
}

# choose_engine: the first store shall be one that sells.
choose_engine() {
  [ -z "$engine" ] || return 0
  engine=woocommerce
  [[ " ${ENGINES[*]} " != *" woocommerce "* ]] || return 0
  engine=medusa
  [ -z "$store" ] || say "the first store runs Medusa: WooCommerce's plugin cannot be had here (images/woocommerce/README.md)"
}

# collect_engines: those of the images, those that were added, and those that are installed.
collect_engines() {
  local folder
  for folder in "${added_engines[@]}"; do mount_engine "$folder"; done
  keep_installed
  choose_engine
}

# settings LOCAL: what the chart gets besides the values file: names of engines and labels of pods are data, and no text
# for --set. Sorted, so that what is the same looks the same. LOCAL: whether the address is one of this machine.
settings() {
  local images="{}" name
  for name in "${!IMAGE[@]}"; do images=$(jq --arg name "$name" --arg image "${IMAGE[$name]}" '.[$name] = $image' <<<"$images"); done
  cluster_values | jq -S --argjson images "$images" --argjson mounts "$MOUNTS" --argjson installed "$(jq '.images // {}' <<<"$INSTALLED")" --arg domain "$base_domain" --argjson port "$PLATFORM_PORT" \
    '. + (if $domain != "" then {baseDomain: $domain} else {} end)
     + (if $local then {urls: {scheme: "http", port: $port}} else {} end)
     + (if ($images | length) > 0 then {
         image: {reference: $images.platform}, postgresql: {image: $images.postgresql},
         images: ($installed + ($images | del(.platform, .postgresql)))} else {} end)
     + (if ($ARGS.positional | length) > 0 then {engines: {enabled: $ARGS.positional, mounts: $mounts}} else {} end)' \
    --argjson local "$1" --args "${ENGINES[@]}"
}

# install_platform LOCAL: a Helm release from the chart, unless exactly this is installed already.
install_platform() {
  local wanted workload file="$DEPLOY_STATE/settings.json"
  settings "$1" >"$file"
  wanted=$({
    cat "$file" "$values"
    hash_of helm/storefleet
    # The chart puts these into the platform's NetworkPolicies: with others it would be cut off.
    kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes -o 'jsonpath={.items[*].endpoints[*].addresses}' 2>/dev/null || true
  } | short_hash)
  if [ "$(kubectl -n $NAMESPACE get secrets -l "owner=helm,name=storefleet,status=deployed,deploy=$wanted" -o name)" ]; then
    say "the platform is installed as it should be"
  else
    say "installing the platform"
    kubectl apply --server-side --force-conflicts -f helm/storefleet/crds >/dev/null
    helm upgrade --install storefleet helm/storefleet --namespace $NAMESPACE --create-namespace \
      --values "$values" --values "$file" --labels "deploy=$wanted" --history-max 5 >/dev/null ||
      die "the platform chart could not be installed" \
        "See the message above and: helm -n $NAMESPACE status storefleet. Where another operation is said to be in progress and none is: helm -n $NAMESPACE rollback storefleet"
  fi
  say "waiting for the platform"
  for workload in $(kubectl -n $NAMESPACE get statefulsets,deployments -o name); do
    with_signs "waiting for $workload" "" kubectl -n $NAMESPACE rollout status "$workload" --timeout=180s >/dev/null || {
      kubectl -n $NAMESPACE get pods >&2
      die "$workload did not become ready" "Look at it with: kubectl -n $NAMESPACE describe $workload"
    }
  done
}

# install_and_reach: the chart must know the port of the address that it prints, and the address counts once the
# platform has answered there: where another port did, the chart learns of it.
install_and_reach() {
  local host port known
  known=$(jq -r '.urls.port // ""' <<<"$INSTALLED")
  jq -n --arg domain "$base_domain" 'if $domain == "" then {} else {baseDomain: $domain} end' >"$DEPLOY_STATE/domain.json"
  PLATFORM_URL=$(final_config "$values" "$DEPLOY_STATE/domain.json" | config_value publicUrl)
  [ -n "$PLATFORM_URL" ] || die "the chart names no address of the platform" "Check urls and ingress.host in $values."
  host=$(host_of "$PLATFORM_URL/")
  if [ -z "$base_domain" ] && ! is_local_name "$host"; then
    # The values file says where the platform is to be reached, and that is not this script's to change.
    install_platform false
    becomes_platform "$PLATFORM_URL" || die "the platform is installed, but does not answer at $PLATFORM_URL" \
      "Let the name $host lead to the ingress controller ($(jq -r .address <<<"$INGRESS")), with a certificate for https (docs/production.md), then run this again."
    return
  fi
  choose_port "$host" "$known"
  port=$PLATFORM_PORT
  install_platform true
  reach_platform "$host" "$known"
  [ "$PLATFORM_PORT" = "$port" ] || install_platform true
}

# log_in: leaves the CLI at bin/storefleet, logged in.
log_in() {
  local attempt
  mkdir -p bin "$STOREFLEET_CACHE/logs"
  cmp -s "$BINARY" bin/storefleet || { cp "$BINARY" bin/storefleet.new && mv bin/storefleet.new bin/storefleet; }
  for attempt in $(seq 1 50); do
    if kubectl -n $NAMESPACE get secret storefleet-admin -o 'go-template={{.data.token | base64decode}}' |
      bin/storefleet login "$PLATFORM_URL" --token-stdin >/dev/null 2>"$STOREFLEET_CACHE/logs/login.log"; then
      return
    fi
    sleep 0.2
  done
  cat "$STOREFLEET_CACHE/logs/login.log" >&2
  die "cannot log in at $PLATFORM_URL after $attempt tries" "Check that the ingress controller listens there."
}

first_store() {
  [ -n "$store" ] || return 0
  local known
  if ! known=$(bin/storefleet get "$store" -o json 2>/dev/null); then
    say "creating the store '$store' ($engine)"
    with_signs "the store $store" "" bin/storefleet create "$store" --engine "$engine" --wait --timeout 5m >/dev/null ||
      die "the first store '$store' was not made" "See its steps: bin/storefleet events $store. The platform is up: $PLATFORM_URL"
    store_is_new=yes
  elif [ "$(jq -r .asleep <<<"$known")" = true ]; then
    say "the store '$store' sleeps; wake it with: bin/storefleet wake $store"
  else
    with_signs "the store $store" "" bin/storefleet wait "$store" --for ready --timeout 5m >/dev/null ||
      die "the store '$store' is not ready" "See why: bin/storefleet events $store"
  fi
}

# kubectl_by_hand: how somebody reaches this cluster, whatever their current context is.
kubectl_by_hand() {
  case "$CLUSTER_KIND" in
    embedded) echo "kubectl --kubeconfig $KUBECONFIG" ;;
    *) echo "kubectl --context $CLUSTER_CONTEXT" ;;
  esac
}

# print_result: passwords are shown to a person at a terminal, by the run that made them; a log learns where they are.
print_result() {
  local known secret
  secret="$(kubectl_by_hand) -n $NAMESPACE get secret storefleet-admin -o go-template='{{.data.password | base64decode}}'"
  printf '\nPlatform:  %s\n           logged in as admin: bin/storefleet list\n' "$PLATFORM_URL"
  if [ -t 1 ] && [ "$INSTALLED" = "{}" ]; then
    kubectl -n $NAMESPACE get secret storefleet-admin \
      -o 'go-template=           user admin, password {{.data.password | base64decode}}{{"\n"}}'
  else
    printf '           user admin, password by: %s\n' "$secret"
  fi
  [ -n "$store" ] || return 0
  known=$(bin/storefleet get "$store" -o json)
  jq -r '"Store:     \(.url)\nAdmin:     \(.adminUrl)"' <<<"$known"
  if [ -t 1 ] && [ "$store_is_new" = yes ]; then
    bin/storefleet credentials "$store" -o json | jq -r '"           user \(.username), password \(.password)"'
  else
    printf '           user and password by: bin/storefleet credentials %s\n' "$store"
  fi
}

# build_later: what no store waits for is built when the first one is there; the cluster then takes it in by itself.
build_later() {
  [ "$CLUSTER_KIND" = embedded ] || return 0
  local bin log="$STOREFLEET_CACHE/logs/later.log"
  bin=$(cluster/cluster bin-dir)
  [ ! -e "$bin/metrics-server" ] || return 0
  say "metrics-server is built in the background; until then CPU and memory are not measured ($log)"
  setsid nice cluster/cluster build metrics >"$log" 2>&1 </dev/null &
}

confirm_removal() {
  [ "$yes" = no ] || ! is_foreign || die "kubectl's current context is '$CLUSTER_CONTEXT' ($CLUSTER_SERVER), which is no cluster of this machine" \
    "Say --cluster current as well if it is meant: ./deploy.sh --down --yes --cluster current"
  [ "$yes" = no ] || return 0
  [ -t 0 ] || die "--down deletes every store and all data on $(cluster_name)" "Say --yes as well, since nobody can be asked here."
  read -r -p "Delete every store, the platform and all their data on $(cluster_name)? [y/N] " answer || answer=""
  [ "$answer" = y ] || die "nothing was deleted" "Answer y to delete it."
}

# remove_platform: the stores first, while somebody is there to take them down.
remove_platform() {
  if [ -n "$(kubectl get crd stores.storefleet.dev --ignore-not-found -o name)" ]; then
    say "deleting the stores"
    # Whoever says --down has been asked: what is protected goes, too.
    kubectl get stores.storefleet.dev -o 'jsonpath={range .items[?(@.spec.deletionPolicy=="Retain")]}{.metadata.name}{"\n"}{end}' |
      xargs -r -I{} kubectl patch stores.storefleet.dev {} --type merge -p '{"spec":{"deletionPolicy":"Delete"}}' >/dev/null ||
      die "the delete protection of a store could not be taken off" "See: kubectl get stores"
    kubectl delete stores.storefleet.dev --all --timeout=180s >/dev/null || die "not every store could be deleted" "See: kubectl get stores"
  fi
  if cluster_is_ours; then return; fi
  say "removing the platform"
  helm -n $NAMESPACE uninstall storefleet --ignore-not-found --wait >/dev/null
  kubectl delete namespace $NAMESPACE storefleet-probe --ignore-not-found >/dev/null
  kubectl delete crd stores.storefleet.dev hostclaims.storefleet.dev --ignore-not-found >/dev/null
}

tear_down() {
  if ! cluster_exists; then
    stop_forwarding
    rm -rf bin
    say "there is nothing to remove"
    return
  fi
  confirm_removal
  stop_forwarding
  if cluster_running; then
    remove_platform
  else
    cluster_is_ours || die "$(cluster_name) does not answer" "Start it, then run this again."
  fi
  cluster_down
  if [ -x bin/storefleet ]; then bin/storefleet logout >/dev/null 2>&1 || true; fi
  rm -rf bin
  say "everything is removed; what was built stays in $STOREFLEET_CACHE"
}

# prepare_cluster: a running cluster, and what the chart must know of it; all that can be wrong with it shows here,
# before anything is built.
prepare_cluster() {
  confirm_cluster
  say "this will install Storefleet in namespace $NAMESPACE of $(cluster_name)"
  check_images
  cluster_up
  need_version
  find_ingress "$ingress_class" "$ingress_service"
  wait_for_ingress
  [ -n "$storage_class" ] || storage_class=$(final_config "$values" | config_value storageClass)
  find_storage "$storage_class"
  read_installed
}

mkdir -p "$DEPLOY_STATE"
chmod 0700 "$DEPLOY_STATE"
installed jq || need_packages jq
installed curl || need_packages curl ca-certificates
find_cluster "$cluster"
# Before anything is built, the programs of the embedded cluster included.
[ "$down" = yes ] || announce_plan "$CLUSTER_KIND" "$store" "$engine" "${IMAGES[@]}"
[ "$CLUSTER_KIND" != embedded ] || use_embedded
if [ "$down" = yes ]; then
  tear_down
  exit
fi
prepare_cluster
build_all
collect_engines
part platform "installing the platform" install_and_reach
log_in
part store "the first store" first_store
build_later
say "done"
print_result
