# What passed on this machine with exactly the same files need not pass again; source it after lib.sh.
# shellcheck shell=bash

# unless_passed NAME PATH... -- COMMAND...: runs the command, and remembers in the cache that it passed with the files
# below these paths on this system. Where it did already, says so instead. STOREFLEET_TEST_ALL=yes runs everything.
unless_passed() {
  local name=$1 paths=() key passed
  shift
  while [ "$1" != -- ]; do
    paths+=("$1")
    shift
  done
  shift
  key=$({ hash_of "${paths[@]}" && printf '%s\n' "$*" && uname -srm && cat /etc/os-release; } | short_hash)
  passed="$STOREFLEET_CACHE/passed/$name-$key"
  if [ "${STOREFLEET_TEST_ALL:-no}" != yes ] && [ -e "$passed" ]; then
    say "SKIPPED: $name, which passed with exactly these files: ${paths[*]} (STOREFLEET_TEST_ALL=yes runs it)"
    return
  fi
  "$@" || return
  mkdir -p "${passed%/*}"
  rm -f "${passed%/*}/$name"-*
  touch "$passed"
}
