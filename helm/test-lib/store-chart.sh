# What the test of every store chart begins with; source it with CHART set to the chart's folder name.
# Afterwards call accepts, refuses and engine_cases.
# shellcheck shell=bash
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib.sh"
cd "$REPO_ROOT/helm" || exit 1
need_packages python3-yaml
command -v helm >/dev/null || PATH="$("$REPO_ROOT/cluster/cluster" bin-dir 2>/dev/null):$PATH"
command -v helm >/dev/null || die "helm is missing" "Run cluster/cluster bin-dir, or install Helm."

# shellcheck source=tools/testing.sh
. "$REPO_ROOT/tools/testing.sh"

render() { helm template store "$CHART" --namespace store-0123456789 --set "image.reference=localhost/storefleet/${CHART#store-}:t" "$@"; }
accepts() { check "accepts $1" render "${@:2}"; }
is_refused() { ! render "$@"; }
refuses() { check "refuses $1" is_refused "${@:2}"; }

# engine_cases <<PYTHON: cases written with store_engine.py beside this file.
engine_cases() { include "$CHART: the engine's cases" env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$REPO_ROOT/helm/test-lib" python3 -; }
