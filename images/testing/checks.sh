# For the scripts that run inside an image; source it.
# shellcheck shell=bash

# shellcheck source=tools/testing.sh
. /testing/testing.sh

# as USER COMMAND...: what the pod's security context gives a container.
as() {
  local user=$1
  shift
  exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
}

# until_true SECONDS COMMAND: true as soon as the command is, false after the time.
until_true() {
  local limit=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$limit" ] || return 1
    sleep 0.02
  done
}
now() { date +%s%3N; }
