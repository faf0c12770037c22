# What the test of every store chart begins with; source it with CHART set to the chart's folder name.
# Afterwards call accepts, refuses and engine_cases, and finish at the end, which prints "N passed, N failed".
# shellcheck shell=bash
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib.sh"
cd "$REPO_ROOT/helm" || exit 1
need_packages python3-yaml
command -v helm >/dev/null || PATH="$("$REPO_ROOT/cluster/cluster" bin-dir 2>/dev/null):$PATH"
command -v helm >/dev/null || die "helm is missing" "Run cluster/cluster bin-dir, or install Helm."

passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
record() {
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    printf 'FAIL  %s\n' "$1"
    head -n 5 "$work/out" | sed 's/^/      /'
  fi
}
render() { helm template store "$CHART" --namespace store-0123456789 --set "image.reference=localhost/storefleet/${CHART#store-}:t" "$@"; }
accepts() {
  local name=$1
  shift
  render "$@" >"$work/out" 2>&1
  record "accepts $name" $?
}
refuses() {
  local name=$1
  shift
  ! render "$@" >"$work/out" 2>&1
  record "refuses $name" $?
}

# engine_cases <<PYTHON: cases written with store_engine.py beside this file.
engine_cases() {
  local good bad
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$REPO_ROOT/helm/test-lib" python3 - >"$work/cases.out" 2>"$work/cases.err"
  grep '^FAIL' "$work/cases.out"
  read -r good bad < <(tail -n 1 "$work/cases.err")
  if ! [[ "$good $bad" =~ ^[0-9]+\ [0-9]+$ ]]; then
    cat "$work/cases.err"
    good=0 bad=1
  fi
  passed=$((passed + good)) failed=$((failed + bad))
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
