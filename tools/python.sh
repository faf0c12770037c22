# Python projects of this repository; source it after tools/lib.sh, do not run it.
# shellcheck shell=bash

# python_packages FOLDER: prints a virtual environment below the cache folder with the packages of FOLDER/requirements.lock:
# once for every state of the lock, which names each package with its version and checksums.
python_packages() {
  local folder=$1 name venv
  set -e # which $(…) has taken off
  need_packages python3-venv
  name=$(basename "$folder")
  venv="$STOREFLEET_CACHE/python/$name-$(hash_of "$folder/requirements.lock")"
  mkdir -p "$STOREFLEET_CACHE/python"
  lock "python-$name"
  if [ ! -f "$venv/complete" ]; then
    say "installing the Python packages of $folder"
    # Scripts in it hold its path: so it is made in place, and counts when it is complete.
    rm -rf "$venv"
    run_logged "$STOREFLEET_CACHE/logs/python-$name.log" /usr/bin/python3 -m venv "$venv"
    run_logged "$STOREFLEET_CACHE/logs/python-$name.log" "$venv/bin/pip" --disable-pip-version-check install \
      --no-deps --require-hashes --only-binary :all: -r "$folder/requirements.lock"
    touch "$venv/complete"
    find "$STOREFLEET_CACHE/python" -maxdepth 1 -name "$name-*" -mtime +7 -exec rm -rf {} +
  fi
  echo "$venv"
}
