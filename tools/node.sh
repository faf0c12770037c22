# Node.js projects of this repository; source it after tools/lib.sh, do not run it.
# shellcheck shell=bash

# node_project FOLDER [FILE...]: prints a copy of the project below the cache folder with its packages installed: once
# for every state of the lock file. What the project reads from elsewhere in the repository, the FILEs, lies in inputs/
# of the copy. A copy never changes once it is there; the repository itself never holds a node_modules.
node_project() {
  local folder=$1 name modules copy
  shift
  set -e # which $(…) has taken off: a copy that is not whole must not be taken for one
  # Node.js of other origins brings npm along and excludes Debian's.
  { command -v node && command -v npm; } >/dev/null || need_packages nodejs npm
  node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' ||
    die "Node.js $(node --version) is too old" "Install Node.js 20 or newer."
  name=$(basename "$folder")
  modules="$STOREFLEET_CACHE/node/$name-packages-$(hash_of "$folder/package.json" "$folder/package-lock.json")"
  copy="$STOREFLEET_CACHE/node/$name-$(hash_of "$folder" "$@")"
  mkdir -p "$STOREFLEET_CACHE/node"
  lock "node-$name"
  if [ ! -d "$modules" ]; then
    say "installing the packages of $folder"
    rm -rf "$modules.part"
    mkdir "$modules.part"
    cp "$folder"/{package.json,package-lock.json,.npmrc} "$modules.part/"
    run_logged "$STOREFLEET_CACHE/logs/npm-$name.log" npm --prefix "$modules.part" ci --ignore-scripts >&2
    mv "$modules.part" "$modules"
    find "$STOREFLEET_CACHE/node" -maxdepth 1 -name "$name-*" -mtime +7 -exec rm -rf {} +
  fi
  if [ ! -d "$copy" ]; then
    rm -rf "$copy.part"
    mkdir "$copy.part"
    (cd "$folder" && tar -cf - --exclude=node_modules --exclude=dist .) | tar -C "$copy.part" -xf -
    if [ $# -gt 0 ]; then mkdir "$copy.part/inputs" && cp "$@" "$copy.part/inputs/"; fi
    ln -s "$modules/node_modules" "$copy.part/node_modules"
    mv "$copy.part" "$copy"
  fi
  echo "$copy"
}
