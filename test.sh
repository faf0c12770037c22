#!/usr/bin/env bash
# Runs the tests: every level, or the ones named.
#   ./test.sh                     all of: unit simulation charts images cluster deploy integration e2e browser faults
#   ./test.sh unit integration    these
# What passed on this machine with exactly the same files is skipped and said so; STOREFLEET_TEST_ALL=yes runs it.
# Levels that belong to no gate and are run by hand: contract (a part of integration), tidy-all, asan, tsan,
# fuzz, coverage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/lib.sh
. tools/lib.sh
# shellcheck source=tools/node.sh
. tools/node.sh
# shellcheck source=tools/python.sh
. tools/python.sh
# shellcheck source=tools/passed.sh
. tools/passed.sh

LEVELS=(unit simulation charts images cluster deploy integration e2e browser faults)

# Everything that can be checked without starting a service.
level_unit() {
  local build
  need_packages shellcheck jq
  need_go
  say "scripts: shellcheck"
  git ls-files -z | xargs -0 grep -lE '^#!/(usr/)?bin/(env )?(ba)?sh' | xargs shellcheck -x -P SCRIPTDIR -P .
  tools/check-functions
  tools/check-sizes
  tools/check-commits
  tools/test-gates
  say "documents: keys of --set"
  need_packages python3-yaml
  tests/contract/check-examples
  say "scripts: what they show while they work"
  tools/test
  say "backend: layers and format"
  backend/check-layers
  say "documents: paths, functions, headers, variables"
  backend/check-docs
  build=$(backend/build release)
  say "backend: unused code"
  backend/check-unused "$build"
  say "CLI: command lines that it and the documents name"
  backend/check-hints "$build/storefleet"
  git ls-files 'backend/*.cpp' 'backend/*.hpp' | xargs clang-format-19 --dry-run --Werror
  say "backend: tests"
  run_logged "$STOREFLEET_CACHE/logs/ctest.log" ctest --test-dir "$build" --output-on-failure -j2 --timeout 120
  tail -n 15 "$STOREFLEET_CACHE/logs/ctest.log"
  say "backend: clang-tidy"
  backend/tidy "$(clang_tidy)" "$build"
  say "storefront: tests, types, lint"
  unless_passed storefront images/medusa/storefront tools -- check_storefront
  say "dashboard: tests, types, lint, layers, size"
  unless_passed dashboard dashboard backend/openapi.yaml tools -- check_dashboard
  local project
  say "contract: what the page at /docs sends"
  node --test tests/contract/*.test.mjs
  say "contract: Spectral's and OWASP's rules"
  project=$(node_project tests/contract "$REPO_ROOT/backend/openapi.yaml")
  (cd "$project" && node_modules/.bin/spectral lint --fail-severity error --ruleset ruleset.yaml inputs/openapi.yaml)
  local module
  for module in backend/releases/helm-helper cluster/launcher cluster/provisioner cluster/sweeper tests/quota-histories; do
    say "$module: go test"
    (cd $module && test -z "$(gofmt -l .)" && go vet ./... && go test ./...)
    tools/check-go-functions $module
  done
}

check_storefront() {
  local project
  project=$(node_project images/medusa/storefront) && cd "$project" && npm test && npm run check && npm run build &&
    cd "$REPO_ROOT"
}
check_dashboard() {
  local project
  project=$(node_project "$REPO_ROOT/dashboard" "$REPO_ROOT/backend/openapi.yaml") && cd "$project" && npm test &&
    npm run check && npm run build && npm run size && cd "$REPO_ROOT"
}
clang_tidy() { echo "$(python_packages tools/clang-tidy)/bin/clang-tidy"; }

# 1,000 seeds took 72 s on two cores that others used too.
level_simulation() {
  local build
  build=$(backend/build release storefleet-simulation)
  "$build/storefleet-simulation" --seeds "${STOREFLEET_SEEDS:-1000}"
}

level_charts() { helm/test; }
level_images() { images/test; }
level_cluster() {
  # The full test needs the machine's only cluster for itself.
  if [ "$(cluster/cluster status -o json | jq -r .running)" = true ]; then
    say "SKIPPED: cluster/test, since the embedded cluster runs; stop it with: cluster/cluster down"
  else
    unless_passed cluster cluster tools -- cluster/test
  fi
}
# The platform that the stand-ins install is looked at by the levels after it.
level_deploy() {
  if [ "$(id -u)" = 0 ] && [ "$(cluster/cluster status -o json | jq -r .running)" != true ]; then
    unless_passed deploy deploy.sh bin tools tests/deploy helm images cluster -- tests/deploy/run
  else
    tests/deploy/run # which leaves a part out
  fi
}
level_integration() { tests/integration/run; }
level_e2e() { tests/e2e/run; }
level_browser() { tests/browser/run --deploy; }
level_faults() { tests/faults/run; }

# By hand only.
level_contract() { tests/integration/run -k contract; }
level_tidy-all() { backend/tidy --all "$(clang_tidy)" "$(backend/build release)"; }
level_asan() { sanitized asan; }
level_tsan() { sanitized tsan; }
level_fuzz() { backend/fuzz; }
level_coverage() { backend/coverage; }
# A finding ends the process, and so the test that it belongs to.
sanitized() {
  local build
  build=$(backend/build "$1")
  export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1
  export LSAN_OPTIONS=suppressions=$REPO_ROOT/backend/lsan.supp:print_suppressions=0
  ctest --test-dir "$build" --output-on-failure -j2 --timeout 600
  STOREFLEET_BINARY="$build/storefleet" tests/integration/run
}

[ $# -gt 0 ] || set -- "${LEVELS[@]}"
for level in "$@"; do
  declare -F "level_$level" >/dev/null || die "there is no test level '$level'" "Choose from: ${LEVELS[*]} contract tidy-all asan tsan fuzz coverage."
done
# Levels that need the platform leave it to each other, and the last one's end removes it.
on_platform=" e2e browser faults " sharing=0
for level in "$@"; do [[ $on_platform != *" $level "* ]] || sharing=$((sharing + 1)); done
if [ $sharing -gt 1 ] && [ "$(cluster/cluster status -o json | jq -r .running)" != true ]; then
  shares_platform=yes
fi
# One level is run here. Several are run each by a process of its own, so that what fails in one does not hide what fails
# in the others; within a level the first failure ends it.
if [ $# = 1 ]; then
  say "=== $1"
  "level_$1"
  say "passed: $1"
  exit
fi
took="" failed="" running=()
finish() {
  [ ${#running[@]} = 0 ] || kill "${running[@]}" 2>/dev/null || true
  [ "${shares_platform:-no}" = no ] || ./deploy.sh --cluster embedded --down --yes
}
trap finish EXIT
ended() {
  local level=$1 began=$2 status=$3
  [ "$status" = 0 ] || failed+="${failed:+ }$level"
  took+="${took:+, }$level $(((EPOCHSECONDS - began) / 60)) min $(((EPOCHSECONDS - began) % 60)) s"
}

# What waits more than it computes is run side by side, and shown one after the other.
beside=()
for level in simulation charts images; do [[ " $* " != *" $level "* ]] || beside+=("$level"); done
run_beside() {
  local level began=$EPOCHSECONDS status
  mkdir -p "$STOREFLEET_CACHE/logs"
  for level in "${beside[@]}"; do
    ./test.sh "$level" >"$STOREFLEET_CACHE/logs/level-$level.log" 2>&1 &
    running+=($!)
  done
  for level in "${beside[@]}"; do
    status=0
    with_signs "level $level, beside: ${beside[*]}" "" wait "${running[0]}" || status=$?
    running=("${running[@]:1}")
    cat "$STOREFLEET_CACHE/logs/level-$level.log"
    ended "$level" "$began" $status
  done
}

for level in "$@"; do
  if [ ${#beside[@]} -gt 1 ] && [[ " ${beside[*]} " = *" $level "* ]]; then
    [ "$level" != "${beside[0]}" ] || run_beside
    continue
  fi
  if [ "${shares_platform:-no}" = yes ] && [[ $on_platform = *" $level "* ]]; then cluster/cluster up; fi
  began=$EPOCHSECONDS status=0
  ./test.sh "$level" || status=$?
  ended "$level" "$began" $status
done
say "took: $took"
[ -z "$failed" ] || die "failed: $failed" "Read the messages of that level above, and run it alone: ./test.sh ${failed%% *}"
say "all passed: $*"
