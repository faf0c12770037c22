# Shared by every script of this repository; source it, do not run it.
# Progress goes to standard error with the elapsed time (progress.sh), data to standard output.
# shellcheck shell=bash

STOREFLEET_CACHE="${STOREFLEET_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/storefleet}"
REPO_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck source=tools/errors.sh
. "$REPO_ROOT/tools/errors.sh"
# shellcheck source=progress.sh
. "$REPO_ROOT/tools/progress.sh"
mkdir -p "$STOREFLEET_CACHE/signs"

# need_packages NAME...: installs the Debian packages that are missing.
need_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "missing packages: ${missing[*]}" "Install them with this system's package manager."
  [ "$(id -u)" = 0 ] || die "missing packages: ${missing[*]}" "Run: sudo apt-get install ${missing[*]}"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  run_logged "$STOREFLEET_CACHE/logs/apt-update.log" apt-get -o DPkg::Lock::Timeout=600 update
  run_logged "$STOREFLEET_CACHE/logs/apt-install.log" apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}"
}

# short_hash: 16 hex digits of what comes in.
short_hash() { sha256sum | cut -c1-16; }

# hash_of PATH...: 16 hex digits that change when a file below one of the paths (relative to the
# repository) is added, removed or edited. Files that git ignores do not count.
hash_of() {
  (
    cd "$REPO_ROOT" || exit 1
    git ls-files -z --cached --others --exclude-standard -- "$@" | LC_ALL=C sort -z |
      while IFS= read -r -d '' file; do [ ! -f "$file" ] || sha256sum "$file"; done
  ) | short_hash
}

# hash_of_path PATH: 16 hex digits for a file or folder anywhere on this machine.
hash_of_path() {
  if [ -f "$1" ]; then
    short_hash <"$1"
  else
    (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | short_hash
  fi
}

# lock NAME: waits until no other script holds NAME; held until the script ends.
lock() {
  local lock_fd
  exec {lock_fd}>"$STOREFLEET_CACHE/$1.lock"
  flock --nonblock "$lock_fd" || with_signs "waiting for another script that holds $1" "" flock "$lock_fd"
}

# need_go: puts a Go toolchain on the PATH that is new enough for every module here. Where the system's is
# older, the newer one comes from the Go module proxy, as it would by itself from Go 1.21 on.
GO_VERSION=1.26.8
need_go() {
  local version folder module
  command -v go >/dev/null || PATH="$PATH:/usr/local/go/bin"
  command -v go >/dev/null || need_packages golang-go
  version=$(go env GOVERSION)
  [ "$(printf '%s\n' "${GO_VERSION%.*}" "${version#go}" | sort -V | head -n 1)" != "${GO_VERSION%.*}" ] || return 0
  folder="$STOREFLEET_CACHE/go/$GO_VERSION"
  if [ ! -x "$folder/bin/go" ]; then
    module="golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-$(go env GOARCH)"
    say "fetching Go $GO_VERSION (this system has ${version#go})"
    run_logged "$STOREFLEET_CACHE/logs/go.log" env GO111MODULE=on GOFLAGS=-modcacherw GOMODCACHE="$folder.modules" go mod download "$module"
    rm -rf "$folder"
    cp -r "$folder.modules/$module" "$folder"
    # A module's files are not executable.
    chmod -R u+w "$folder"
    chmod +x "$folder"/bin/* "$folder"/pkg/tool/*/*
    rm -rf "$folder.modules"
  fi
  PATH="$folder/bin:$PATH"
}
