# What the platform is to offer: engines, and the images that they and the platform run. Source it after clusters.sh.
# shellcheck shell=bash

# The values that the platform was installed with; {} where there is none.
INSTALLED="{}"
# Engines that will be on offer, and how those that come as folders are mounted.
ENGINES=() MOUNTS="[]"
# Of each image its reference, and its archive where it can be loaded into the cluster.
declare -A IMAGE=() ARCHIVE=()

# read_installed: sets INSTALLED.
read_installed() {
  local installed
  [ -n "$(kubectl -n "$NAMESPACE" get secrets -l owner=helm,name=storefleet -o name)" ] || return 0
  installed=$(helm -n "$NAMESPACE" get values storefleet -o json)
  [ "$installed" = null ] || INSTALLED=$installed
}

# build_image NAME ARGUMENT...: adds to IMAGE, ARCHIVE and ENGINES what images/NAME/build says.
build_image() {
  local name=$1 lines key value engines
  shift
  lines=$(part "image-$name" "the image $name" "images/$name/build" "$@")
  while IFS='=' read -r key value; do
    case "$key" in
      image) IMAGE[$name]=$value ;;
      archive) ARCHIVE[$name]=$value ;;
      engines)
        IFS=, read -r -a engines <<<"$value"
        ENGINES+=("${engines[@]}")
        ;;
    esac
  done <<<"$lines"
  [ -n "${IMAGE[$name]:-}" ] || die "the image $name was not built" "Read the messages above, then run images/$name/build."
}

# build_woocommerce: the store image for WordPress, unless the one that is installed must stay.
build_woocommerce() {
  local engines
  engines=$(images/woocommerce/build --engines)
  if keep_image "${engines#engines=}"; then return; fi
  build_image woocommerce
}

# is_name TEXT: what Kubernetes and the platform chart take for a name.
is_name() { [[ $1 =~ ^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$ ]]; }

# mount_engine FOLDER: keeps the folder (engine.yaml and its chart) in a ConfigMap of the platform's namespace and adds
# to ENGINES and MOUNTS what the platform chart needs to mount it.
mount_engine() {
  local folder=${1%/} name engine map file files items="[]" sources=()
  [ -f "$folder/engine.yaml" ] || die "$folder has no engine.yaml" "Give a folder like tests/engines/store-stall (docs/engines.md)."
  name=$(basename "$folder")
  engine=$(sed -n 's/^name: *\([^ #]*\).*/\1/p' "$folder/engine.yaml" | head -n 1 | tr -d "\"'")
  is_name "$name" || die "'$name' is no name for a folder of an engine" "Use lower-case letters, digits and hyphens."
  is_name "$engine" || die "$folder/engine.yaml has no usable name: '$engine'" "Use lower-case letters, digits and hyphens."
  map="engine-$name-$(hash_of_path "$folder")"
  files=$(cd "$folder" && find . -type f -printf '%P\n' | LC_ALL=C sort)
  while IFS= read -r file; do
    [[ $file =~ ^[-._a-zA-Z0-9/]+$ ]] || die "$folder/$file cannot be mounted" "Use letters, digits, hyphens, dots and underscores in names of files."
    # A key of a ConfigMap is no path; the volume's items make it one again.
    sources+=("--from-file=${file//\//__}=$folder/$file")
    items=$(jq -c --arg key "${file//\//__}" --arg path "$file" '. + [{$key, $path}]' <<<"$items")
  done <<<"$files"
  kubectl get namespace "$NAMESPACE" >/dev/null 2>&1 || kubectl create namespace "$NAMESPACE" >/dev/null
  kubectl -n "$NAMESPACE" create configmap "$map" "${sources[@]}" --dry-run=client -o yaml |
    kubectl apply --server-side --force-conflicts -f - >/dev/null
  ENGINES+=("$engine")
  MOUNTS=$(jq -c --arg folder "$name" --arg map "$map" --argjson items "$items" \
    '. + [{$folder, volume: {configMap: {name: $map, items: $items}}}]' <<<"$MOUNTS")
}

# keep_installed: what the installed platform offers and this run did not bring stays on offer, with its image: a
# store of an engine that is gone could neither be changed nor woken.
keep_installed() {
  local name installed
  local -a kept=()
  installed=$(jq -r '.engines.enabled[]?' <<<"$INSTALLED")
  while IFS= read -r name; do
    [[ -z $name || " ${ENGINES[*]} " == *" $name "* ]] || kept+=("$name")
  done <<<"$installed"
  MOUNTS=$(jq -c --argjson installed "$INSTALLED" '. as $new | ([$new[].folder]) as $folders
    | $new + [($installed.engines.mounts // [])[] | select(.folder as $one | $folders | index($one) | not)]' <<<"$MOUNTS")
  [ ${#kept[@]} -gt 0 ] || return 0
  say "these engines stay as they are installed: ${kept[*]}"
  ENGINES+=("${kept[@]}")
  # In their order, if nothing is new: it is that of the dashboard's cards.
  [ "$(wc -l <<<"$installed")" != ${#ENGINES[@]} ] || mapfile -t ENGINES <<<"$installed"
}

# keep_image ENGINE,...: whether the store image with WooCommerce that is installed must stay, since the one that can be
# built here, with these engines, lacks the plugin. It is kept then.
keep_image() {
  local reference tag
  [[ ",$1," != *,woocommerce,* ]] || return 1
  jq -e '.engines.enabled // [] | index("woocommerce")' <<<"$INSTALLED" >/dev/null || return 1
  reference=$(jq -r '.images.woocommerce // ""' <<<"$INSTALLED")
  [ -n "$reference" ] || return 1
  tag=${reference##*:}
  IMAGE[woocommerce]=$reference
  ARCHIVE[woocommerce]="$STOREFLEET_CACHE/images/woocommerce-$tag.tar"
  [ -f "${ARCHIVE[woocommerce]}" ] || ARCHIVE[woocommerce]=""
  say "WooCommerce stays as it is installed ($reference): its plugin cannot be had here; to renew it, give it with STOREFLEET_WOOCOMMERCE=FOLDER|ZIP"
}
