# Engines that are added to a platform as folders; source it, do not run it.
# shellcheck shell=bash

# mount_engine FOLDER NUMBER: keeps the folder (engine.yaml and its chart) in a ConfigMap of the platform's
# namespace and adds to ENGINES and ENGINE_SETTINGS what the platform chart needs to mount it.
mount_engine() {
  local folder=${1%/} number=$2 name map file key items="" sources=()
  [ -f "$folder/engine.yaml" ] || die "$folder has no engine.yaml" "Give a folder like tests/engines/store-stall (docs/engines.md)."
  name=$(basename "$folder")
  map="engine-$name-$(cd "$folder" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-10)"
  while IFS= read -r file; do
    # A key of a ConfigMap is no path; the volume's items make it one again.
    key=${file//\//__}
    sources+=("--from-file=$key=$folder/$file")
    items+="${items:+,}{\"key\":\"$key\",\"path\":\"$file\"}"
  done < <(cd "$folder" && find . -type f -printf '%P\n' | LC_ALL=C sort)
  kubectl get namespace "$NAMESPACE" >/dev/null 2>&1 || kubectl create namespace "$NAMESPACE" >/dev/null
  kubectl -n "$NAMESPACE" create configmap "$map" "${sources[@]}" --dry-run=client -o yaml |
    kubectl apply --server-side --force-conflicts -f - >/dev/null
  ENGINES+=",$(sed -n 's/^name: *//p' "$folder/engine.yaml")"
  ENGINE_SETTINGS+=(--set-json "engines.mounts[$number]={\"folder\":\"$name\",\"volume\":{\"configMap\":{\"name\":\"$map\",\"items\":[$items]}}}")
}
