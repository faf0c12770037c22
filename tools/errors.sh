# How a script of this repository ends when something fails: never without a message. lib.sh sources it.
# shellcheck shell=bash

# The status of a script that has said what is wrong; whoever started it adds nothing.
ALREADY_SAID=93

# Where the script's errors go. What is said while they are sent elsewhere, nobody hears.
ERROR_OUTPUT=$(readlink "/proc/$$/fd/2" || true)
is_heard() { [ "$ERROR_OUTPUT" != /dev/null ] && [ "$(readlink /proc/self/fd/2 || true)" = "$ERROR_OUTPUT" ]; }

# die PROBLEM [REMEDY]: says what is wrong and what to do, and ends the script.
die() {
  say "error: $1"
  [ -z "${2:-}" ] || printf '        %s\n' "$2" >&2
  if is_heard; then exit "$ALREADY_SAID"; fi
  exit 1
}

# remedy_for COMMAND: what to do about a program that nobody expected to fail.
remedy_for() {
  local logs="Logs are in $STOREFLEET_CACHE/logs."
  case "$1" in
    kubectl | helm) echo "Read the messages above, and look at the cluster: kubectl cluster-info" ;;
    k3d | kind | minikube | ctr) echo "Read the messages above, and look at the cluster: $1 --help lists its commands." ;;
    docker | buildah | debootstrap) echo "Read the messages above; free disk space and a running Docker, or root, help most. $logs" ;;
    go | npm | curl | apt-get) echo "Read the messages above; it may need a network or a proxy. $logs" ;;
    *) echo "Read the messages above, mend what they name, and run it again: $0. $logs" ;;
  esac
}

# unexpected STATUS COMMAND PLACE: the end of a script in which a command failed that nobody had asked about. Silent
# where failures do not end the script, and where the message stands already.
unexpected() {
  local status=$1 command=${2%%$'\n'*} place=${3#"$REPO_ROOT"/}
  [[ $- == *e* ]] || return 0
  if ! is_heard; then exit $((status == ALREADY_SAID ? 1 : status)); fi
  [ "$status" != "$ALREADY_SAID" ] || exit "$ALREADY_SAID"
  die "failed with status $status at: ${command:0:160} ($place)" "$(remedy_for "${command%% *}")"
}
# In functions and subshells too. The command is shown as it is written, so that no value of a variable gets out.
set -o errtrace
trap 'unexpected "$?" "$BASH_COMMAND" "${BASH_SOURCE[0]}:$LINENO"' ERR
