# What ./deploy.sh is going to do, said before it begins: source it after lib.sh.
# shellcheck shell=bash

# What an image takes two processors where none was built before: an estimate, until a run here has left its time.
declare -A IMAGE_SECONDS=([woocommerce]=120 [medusa]=240 [postgresql]=60 [platform]=120)

# announce_plan KIND STORE ENGINE IMAGE...: says the parts of a deployment to such a cluster, and who the first store
# sells with, once.
announce_plan() {
  local kind=$1 store=$2 engine=$3 text name parts=()
  shift 3
  [ -z "$STOREFLEET_PLAN" ] || return 0
  text=""
  [ "$kind" != embedded ] || text=$(cluster/cluster plan)$'\n'"start 15 starting the cluster"$'\n'
  text+=$(backend/build plan)$'\n'
  [ "$kind" = current ] || text+=$(backend/releases/helm-helper/build plan)$'\n'
  for name in "$@"; do [ "$kind" = current ] || text+=$(plan_image "$name")$'\n'; done
  text+="platform 30 installing the platform"
  [ -z "$store" ] || text+=$'\n'"store 10 the first store"
  mapfile -t parts < <(grep -E '^[a-z0-9-]+ [0-9]+ .' <<<"$text")
  plan "${parts[@]}"
  if [ "$kind" = current ] || [ -z "$store" ] || [ -n "$engine" ]; then return; fi
  text=$(images/woocommerce/build --engines)
  if [[ $text == *woocommerce* ]]; then
    say "the first store will sell with WooCommerce (another: --engine NAME)"
  else
    say "the first store will sell with Medusa, since WooCommerce's plugin cannot be had here; give it with STOREFLEET_WOOCOMMERCE=FOLDER|ZIP (images/woocommerce/README.md)"
  fi
}

# plan_image NAME: what is there from an earlier build is most often still right.
plan_image() {
  local seconds=${IMAGE_SECONDS[$1]:-120}
  if compgen -G "$STOREFLEET_CACHE/images/$1-*.tar" >/dev/null; then seconds=2; fi
  echo "image-$1 $seconds the image $1"
}
