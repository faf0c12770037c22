# How the shell tests of this repository count and tell: source it, after lib.sh where there is one (an image has none).
# Each check prints a line; the script ends with "N passed, M failed", and badly where a check has failed.
# shellcheck shell=bash

PASSED=0 FAILED=0 SKIPPED=0
# Shell code for the end of the script, however it comes to it.
AT_END=()
# A folder for files of the script, which goes with it.
work=$(mktemp -d "${TMPDIR:-/tmp}/storefleet-test-XXXXXX")

finish() {
  local code
  trap '' INT TERM HUP
  for code in "${AT_END[@]}"; do eval "$code" || true; done
  rm -rf "$work"
  printf '%d passed, %d failed%s\n' "$PASSED" "$FAILED" "$([ "$SKIPPED" = 0 ] || echo ", $SKIPPED skipped")"
  # Else the status is the one that the script ended with.
  [ "$FAILED" = 0 ] || exit 1
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

pass() {
  PASSED=$((PASSED + 1))
  printf 'ok    %s\n' "$1"
}

# fail NAME [TEXT]: the end of TEXT is shown.
fail() {
  FAILED=$((FAILED + 1))
  printf 'FAIL  %s\n' "$1"
  [ -z "${2:-}" ] || tail -n 30 <<<"$2" | sed 's/^/      /'
}

skip() {
  SKIPPED=$((SKIPPED + 1))
  printf 'SKIPPED: %s\n' "$1"
}

# check NAME COMMAND...: the command succeeds. What it printed is shown where it does not, its time where it took some.
# Its own variables have names that no command means.
check() {
  local check_name=$1 check_began=${EPOCHREALTIME/[.,]/} check_took
  shift
  if "$@" >"$work/check" 2>&1; then
    check_took=$(((${EPOCHREALTIME/[.,]/} - check_began) / 1000))
    [ "$check_took" -lt 100 ] || check_name+=" ($check_took ms)"
    pass "$check_name"
  else
    fail "$check_name" "$(tr -d '\0' <"$work/check")"
  fi
}

# holds CODE [TEXT]: for check: shell code that is true; TEXT is told where it is not.
holds() {
  eval "$1" || {
    printf '%s\n' "${2:-}"
    return 1
  }
}

# is NAME WANTED GOT: the two texts are equal.
is() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted: $2"$'\n'"got:    $3"; fi; }

# include NAME COMMAND...: another program that prints such lines; its checks count here. It must come to its end.
include() {
  local include_name=$1 include_failed=$FAILED include_status=0 include_line
  shift
  "$@" >"$work/included" 2>&1 || include_status=$?
  while IFS= read -r include_line; do
    case $include_line in
      "ok    "*) PASSED=$((PASSED + 1)) ;;
      "FAIL  "*) FAILED=$((FAILED + 1)) ;;
      "SKIPPED: "*) SKIPPED=$((SKIPPED + 1)) ;;
      *" passed, "*" failed"*) continue ;;
      *) include_line="      $include_line" ;;
    esac
    printf '%s\n' "$include_line"
  done <"$work/included"
  if [ $include_status = 0 ] || [ "$FAILED" -gt "$include_failed" ]; then
    pass "$include_name ran to its end"
  else
    fail "$include_name ran to its end" "status $include_status"
  fi
}
