# Engines that are added to a platform as folders; source it, do not run it.
# shellcheck shell=bash

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

# keep_image: whether the store image with WooCommerce that is installed must stay, since this run cannot have the plugin.
keep_image() {
  local reference tag
  jq -e '.engines.enabled // [] | index("woocommerce")' <<<"$INSTALLED" >/dev/null || return 1
  [[ ",$1," != *,woocommerce,* ]] || return 1
  reference=$(jq -r '.images.woocommerce // ""' <<<"$INSTALLED")
  [ -n "$reference" ] || return 1
  tag=${reference##*:}
  IMAGE[woocommerce]=$reference
  ARCHIVE[woocommerce]="$STOREFLEET_CACHE/images/woocommerce-$tag.tar"
  [ -f "${ARCHIVE[woocommerce]}" ] || ARCHIVE[woocommerce]=""
  say "WooCommerce stays as it is installed ($reference): its plugin cannot be had here; to renew it, give it with STOREFLEET_WOOCOMMERCE=FOLDER|ZIP"
}
