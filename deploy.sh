#!/usr/bin/env bash
# Brings up Storefleet and a first store, on the cluster that is there or on one of its own.
#
#   ./deploy.sh                 on the current kubectl context; else k3d, kind or Minikube; else cluster/
#   ./deploy.sh --down [--yes]  deletes every store, the platform, and the cluster that this script made
#
# Options: --cluster embedded|k3d|kind|minikube|current   instead of looking for one
#          --values FILE    values of the platform (default: helm/values-local.yaml)
#          --store NAME     name of the first store (default: demo; "" makes none)
#          --engine NAME    its engine (default: woocommerce where the plugin can be had, else medusa)
#          --add-engine FOLDER      an engine of your own (docs/engines.md); may be repeated
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/lib.sh
. tools/lib.sh
# shellcheck source=tools/clusters.sh
. tools/clusters.sh
# shellcheck source=tools/engines.sh
. tools/engines.sh

NAMESPACE=storefleet-system
IMAGES=(woocommerce medusa postgresql platform)
cluster=auto values=helm/values-local.yaml store=demo engine="" down=no yes=no
added_engines=()

usage() { sed -n '2,/^set -e/p' deploy.sh | sed '$d; s/^# \{0,1\}//'; }

while [ $# -gt 0 ]; do
  case "$1" in
    --down) down=yes ;;
    --yes) yes=yes ;;
    --cluster | --values | --store | --engine)
      [ $# -gt 1 ] || die "$1 needs a value" "See ./deploy.sh --help."
      declare "${1#--}=$2"
      shift
      ;;
    --add-engine)
      added_engines+=("${2:?--add-engine needs a folder}")
      shift
      ;;
    -h | --help) usage && exit ;;
    *) die "unknown option '$1'" "See ./deploy.sh --help." ;;
  esac
  shift
done
[ -f "$values" ] || die "there is no file $values" "Give --values a file, for example helm/values-local.yaml."

# build_all: sets BINARY, HELM_HELPER and the images' references and archives.
build_all() {
  local name
  BINARY=$(backend/build)
  HELM_HELPER=$(backend/releases/helm-helper/build)
  declare -gA IMAGE=() ARCHIVE=()
  ENGINES=""
  for name in "${IMAGES[@]}"; do
    local -a arguments=()
    [ "$name" != platform ] || arguments=(--binary "$BINARY" --helm-helper "$HELM_HELPER")
    while IFS='=' read -r key value; do
      case "$key" in
        image) IMAGE[$name]=$value ;;
        archive) ARCHIVE[$name]=$value ;;
        engines) ENGINES+=${ENGINES:+,}$value ;;
      esac
    done < <("images/$name/build" "${arguments[@]}")
    [ -n "${IMAGE[$name]:-}" ] || die "the image $name was not built" "Read the messages above, then run images/$name/build."
  done
  [ -n "$ENGINES" ] || die "no image named an engine"
  choose_engine
}

# choose_engine: the first store shall be one that sells.
choose_engine() {
  [ -z "$engine" ] || return 0
  engine=woocommerce
  [[ ",$ENGINES," != *,woocommerce,* ]] || return 0
  engine=medusa
  [ -z "$store" ] || say "the first store runs Medusa: WooCommerce's plugin cannot be had here (images/woocommerce/README.md)"
}

# install_platform: a Helm release from the chart, unless exactly this is installed already.
install_platform() {
  local -a settings=("${CLUSTER_SETTINGS[@]}")
  local number
  ENGINE_SETTINGS=()
  for number in "${!added_engines[@]}"; do mount_engine "${added_engines[number]}" "$number"; done
  settings+=("${ENGINE_SETTINGS[@]}")
  # On a cluster that images cannot be loaded into, the values file says where they are.
  [ "$CLUSTER_KIND" = current ] || settings+=(--set "image.reference=${IMAGE[platform]}"
    --set "images.woocommerce=${IMAGE[woocommerce]}" --set "images.medusa=${IMAGE[medusa]}" --set "postgresql.image=${IMAGE[postgresql]}"
    --set "engines.enabled={$ENGINES}")
  local wanted
  wanted=$({
    printf '%s\n' "${settings[@]}"
    cat "$values"
    hash_of helm/storefleet
  } | sha256sum | cut -c1-16)
  if [ "$(kubectl -n $NAMESPACE get secrets -l "owner=helm,name=storefleet,status=deployed,deploy=$wanted" -o name 2>/dev/null)" ]; then
    say "the platform is installed as it should be"
  else
    say "installing the platform"
    kubectl apply --server-side --force-conflicts -f helm/storefleet/crds >/dev/null
    helm upgrade --install storefleet helm/storefleet --namespace $NAMESPACE --create-namespace \
      --values "$values" "${settings[@]}" --labels "deploy=$wanted" --history-max 5 >/dev/null ||
      die "the platform chart could not be installed" "See the message above and: helm -n $NAMESPACE status storefleet"
  fi
  say "waiting for the platform"
  local workload
  for workload in $(kubectl -n $NAMESPACE get statefulsets,deployments -o name); do
    kubectl -n $NAMESPACE rollout status "$workload" --timeout=180s >/dev/null || {
      kubectl -n $NAMESPACE get pods >&2
      die "$workload did not become ready" "Look at it with: kubectl -n $NAMESPACE describe $workload"
    }
  done
}

# log_in: leaves the CLI at bin/storefleet, logged in.
log_in() {
  local attempt
  mkdir -p bin
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
    bin/storefleet create "$store" --engine "$engine" --wait --timeout 5m >/dev/null
  elif [ "$(jq -r .asleep <<<"$known")" = true ]; then
    say "the store '$store' sleeps; wake it with: bin/storefleet wake $store"
  else
    bin/storefleet wait "$store" --for ready --timeout 5m >/dev/null
  fi
}

print_result() {
  local url admin
  printf '\nPlatform:  %s\n           logged in as admin: bin/storefleet list\n' "$PLATFORM_URL"
  kubectl -n $NAMESPACE get secret storefleet-admin \
    -o 'go-template=           user admin, password {{.data.password | base64decode}}{{"\n"}}' 2>/dev/null || true
  [ -n "$store" ] || return 0
  url=$(bin/storefleet get "$store" -o json | jq -r .url)
  admin=$(bin/storefleet get "$store" -o json | jq -r .adminUrl)
  printf 'Store:     %s\nAdmin:     %s\n' "$url" "$admin"
  bin/storefleet credentials "$store" -o json | jq -r '"           user \(.username), password \(.password)"'
}

tear_down() {
  if [ "$yes" = no ]; then
    [ -t 0 ] || die "--down deletes every store and all data" "Say --yes as well, since nobody can be asked here."
    read -r -p "Delete every store, the platform and all their data on $(cluster_name)? [y/N] " answer
    [ "$answer" = y ] || die "nothing was deleted"
  fi
  if kubectl get crd stores.storefleet.dev >/dev/null 2>&1; then
    say "deleting the stores"
    kubectl delete stores.storefleet.dev --all --timeout=180s >/dev/null || die "not every store could be deleted" "See: kubectl get stores"
  fi
  if ! cluster_is_ours; then
    say "removing the platform"
    helm -n $NAMESPACE uninstall storefleet --ignore-not-found --wait >/dev/null
    kubectl delete namespace $NAMESPACE --ignore-not-found >/dev/null
    kubectl delete crd stores.storefleet.dev hostclaims.storefleet.dev --ignore-not-found >/dev/null
  fi
  cluster_down
  if [ -x bin/storefleet ]; then bin/storefleet logout >/dev/null 2>&1 || true; fi
  rm -rf bin
  say "everything is removed; what was built stays in $STOREFLEET_CACHE"
}

installed jq || need_packages jq
find_cluster "$cluster"
if [ "$down" = yes ]; then
  if cluster_running; then tear_down; else cluster_down && rm -rf bin && say "there is nothing to remove"; fi
  exit
fi
say "this will install Storefleet in namespace $NAMESPACE of $(cluster_name)"
cluster_up
cluster_settings
build_all
for name in "${IMAGES[@]}"; do load_image "${IMAGE[$name]}" "${ARCHIVE[$name]}"; done
install_platform
log_in
first_store
say "done"
print_result
