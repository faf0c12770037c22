# Every script ends with a message, whichever of the commands that it uses fails, and at whichever of its calls. Sourced
# by run. Each script runs in a copy of the repository with a cache of its own; what is slow or needs more than files is
# a stub that does as little as will do, every other command the real one; then each fails in turn, call by call.
# shellcheck shell=bash disable=SC2154,SC2016

COPY="$work/repository"
mkdir -p "$COPY" "$work/stubs" "$work/stubs-deploy" "$work/results"
# Without the sources, which only hashes are made of.
git ls-files -z --cached --others --exclude-standard -- deploy.sh test.sh tools images helm/storefleet/crds helm/storefleet/Chart.yaml 'helm/store-*/engine.yaml' \
  helm/values-local.yaml backend/build backend/releases/helm-helper/build backend/releases/helm-helper/go.mod backend/CMakePresets.json backend/openapi.yaml \
  backend/fuzz 'tests/*/run' 'tests/*/build' 'tests/lib/*.sh' 'tests/*/package*.json' 'tests/*/.npmrc' 'dashboard/package*.json' dashboard/.npmrc dashboard/build cluster/cluster 'cluster/*/build.sh' 'cluster/*/go.mod' 'cluster/*/go.sum' cluster/traefik/absent \
  ':(exclude)images/medusa/storefront' ':(exclude)images/medusa/project' ':(exclude)images/woocommerce/rootfs/srv' |
  xargs -0 tar -cf - | tar -C "$COPY" -xf -
mkdir -p "$COPY/backend/precompiled"
git -C "$COPY" init -q

# command FOLDER NAME BODY: a command that counts its calls, fails at the one that FAIL says ("NAME:CALL"), and else does BODY.
command_stub() {
  cat >"$work/$1/$2" <<STUB
#!/bin/bash
count=\$((\$(cat "\$COUNTS/$2" 2>/dev/null || echo 0) + 1))
echo \$count >"\$COUNTS/$2"
if [ "\$FAIL" = "$2:\$count" ]; then
  echo "$2: stand-in fails" >&2
  exit 1
fi
$3
STUB
  chmod +x "$work/$1/$2"
}
real() { for name in "${@:2}"; do command_stub "$1" "$name" "exec $(command -v "$name") \"\$@\""; done; }
# made FILE-AFTER -o
MAKE_OUTPUT='while [ $# -gt 0 ]; do [ "$1" != -o ] || { mkdir -p "$(dirname "$2")"; echo x >"$2"; chmod +x "$2"; }; shift; done'

real stubs git jq tar cp mv mkdir mktemp install strip unzip
real stubs-deploy jq cp mkdir
command_stub stubs dpkg-query 'case "$*" in *-S*) echo "libc6:amd64: /x" ;; *) printf "install ok installed" ;; esac'
command_stub stubs apt-get true
command_stub stubs cmake '[[ "$*" != *" -B "* ]] || { folder="$*"; mkdir -p "${folder##* -B }"; }
  case "$*" in *--build*backend-release*) mkdir -p "$REPOSITORY/build/backend-release"; echo x >"$REPOSITORY/build/backend-release/storefleet"; chmod +x "$REPOSITORY/build/backend-release/storefleet" ;; esac'
command_stub stubs go 'case "$1 $2" in
  "env GOVERSION") echo go1.26.8 ;; "env GOARCH") echo amd64 ;;
  "list -m") case "$*" in *.Dir*) mkdir -p "$COUNTS/kwok/kustomize/stage/"{node/fast,node/heartbeat-with-lease,pod/fast}
      for file in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease pod/fast/pod-{ready,complete,delete}; do echo x >"$COUNTS/kwok/kustomize/stage/$file.yaml"; done
      mkdir -p "$COUNTS/kwok/providers/dns" "$COUNTS/kwok/pkg/provider/"{docker,ecs,consulcatalog,nomad,kv/{consul,etcd,redis,zk}}
      echo "$COUNTS/kwok" ;; *) echo v1.2.3 ;; esac ;;
  "build "*) '"$MAKE_OUTPUT"' ;; esac'
command_stub stubs node 'case "$1" in --version) echo v20.0.0 ;; *build.js) mkdir -p "$2" ;; esac'
command_stub stubs npm 'folder=.; [ "$1" != --prefix ] || folder=$2
  case "$*" in *" ci "*) mkdir -p "$folder/node_modules" ;; *"run build"*) mkdir -p "$folder/dist" ;; esac'
command_stub stubs buildah 'case "$*" in *" push "*) file="$*"; file="${file##*docker-archive:}"; echo x >"${file%%:*}" ;; *" images "*) ;; *inspect*) exit "${NO_BASE:-0}" ;; *" pull "*) exit "${NO_BASE:-0}" ;; esac'
command_stub stubs docker 'case "$1" in save) echo x >"$3" ;; esac'
command_stub stubs debootstrap 'exit 1'
command_stub stubs curl 'exit 7'
command_stub stubs ldd 'printf "\tlibc.so.6 => /lib/libc.so.6 (0x0)\n"'
command_stub stubs shellcheck true
command_stub stubs id 'echo 0'
command_stub stubs kubectl 'printf password'

# ---- the tests, which start what is tested here on its own: that is stubs, too
for name in deploy pytest level launcher; do command_stub stubs $name true; done
command_stub stubs cluster 'case "$1" in bin-dir) echo "$REPOSITORY/bin" ;; kubeconfig) echo /nonexistent ;; esac'
command_stub stubs build 'echo /bin/true'
TESTS="$work/repository-tests"
cp -r "$COPY" "$TESTS"
mkdir -p "$TESTS"/{bin,helm,tests/lib}
# becomes NAME FILE...: the file is the command of that name.
becomes() { for file in "${@:2}"; do printf '#!/bin/bash\nexec %s "$@"\n' "$1" >"$TESTS/$file" && chmod +x "$TESTS/$file"; done; }
becomes deploy deploy.sh
becomes cluster cluster/cluster
becomes build backend/build backend/releases/helm-helper/build tests/quota-histories/build
becomes level helm/test images/test cluster/test tests/deploy/run
becomes launcher bin/cluster-launcher
echo "durationMilliseconds: 600000" >"$TESTS/bin/kwok-stages.yaml"
echo 'import subprocess, sys; sys.exit(subprocess.call(["pytest"]))' >"$TESTS/tests/lib/pytest.py"
# Other runs on this machine are none of its business.
sed -i "s#^PREFIX=/tmp/#PREFIX=$work/#" "$TESTS/tests/integration/run"

# ---- deploy.sh: a cluster in answers
command_stub stubs-deploy kubectl '. "$STAND_IN_ANSWERS/kubectl"'
command_stub stubs-deploy helm 'case "$1 $2" in
  "template storefleet") printf "  enabledEngines: [\"medusa\"]\n  storageClass: \"\"\n  publicUrl: \"http://storefleet.localhost\"\n" ;;
  "-n storefleet-system") [ "$3" != get ] || echo "$STAND_IN_INSTALLED" ;; esac'
command_stub stubs-deploy curl 'case "$*" in */version*) echo "{\"version\":\"1\",\"apiVersion\":\"v1\"}" ;; esac'
command_stub stubs-deploy ctr true
# As strict about words and flags as the real ones.
for name in kind k3d minikube; do command_stub stubs-deploy $name 'PYTHONPATH="$STAND_INS" /usr/bin/python3 -B -c "import sys; from stand_in import parse; parse(sys.argv[1], sys.argv[2:])" '$name' "$@" || exit 1
  case "'$name' $*" in
    "kind get clusters") echo storefleet ;; "k3d cluster list"*) echo "[{\"name\":\"storefleet\"}]" ;;
    "minikube profile list"*) echo "{\"valid\":[{\"Name\":\"storefleet\"}]}" ;; *" ip") echo 127.0.0.1 ;;
    *"image ls") printf "localhost/storefleet/%s:1\n" woocommerce medusa postgresql platform ;;
  esac'; done
mkdir -p "$work/answers"
cat >"$work/answers/kubectl" <<'ANSWERS'
case "$*" in
  *"config current-context"*) echo "${CONTEXT:-kind-storefleet}" ;;
  "--kubeconfig "*"config view"*) echo '{}' ;; # an embedded cluster that this machine may have is another one
  *"config view"*) echo '{"clusters":[{"cluster":{"server":"https://127.0.0.1:6443"}}]}' ;;
  "version -o json") echo '{"serverVersion":{"major":"1","minor":"37"}}' ;;
  *ingressclasses*) echo '{"items":[{"metadata":{"name":"traefik"},"spec":{"controller":"traefik.io/ingress-controller"}}]}' ;;
  "get services"*) echo '{"items":[{"metadata":{"name":"traefik","namespace":"kube-system"},"spec":{"type":"LoadBalancer","selector":{"app.kubernetes.io/name":"traefik"},"ports":[{"name":"web","port":80,"nodePort":30080}]}}]}' ;;
  "get pods -A"*) echo '{"items":[{"metadata":{"name":"t","namespace":"kube-system","labels":{"app.kubernetes.io/name":"traefik"}},"spec":{"containers":[{"image":"traefik:v3"}]}}]}' ;;
  "get nodes"*) echo '{"items":[{"spec":{},"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}]}' ;;
  "get storageclasses"*) echo '{"items":[{"metadata":{"name":"standard","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}}}]}' ;;
  *"get statefulsets,deployments"*) echo deployment.apps/api ;;
  *"-l owner=helm,name=storefleet -o name") [ -z "${STAND_IN_INSTALLED:-}" ] || echo secret/installed ;;
  *"get secret storefleet-admin"*.data.password*) echo "user admin, password planted-admin" ;;
  *"get secret storefleet-admin"*) printf token ;;
  "get crd stores"*) echo customresourcedefinition/stores ;;
esac
ANSWERS
DEPLOY="$work/repository-deploy"
cp -r "$COPY" "$DEPLOY"
for name in woocommerce medusa postgresql platform; do
  case $name in woocommerce) engines='engines=${STAND_IN_ENGINES:-wordpress}' ;; medusa) engines=engines=medusa ;; *) engines="" ;; esac
  printf '#!/bin/bash\n[ "$1" = --engines ] || { echo image=localhost/storefleet/%s:1 && echo archive=/dev/null; }\necho "%s"\n' $name "$engines" >"$DEPLOY/images/$name/build"
done
cat >"$DEPLOY/program" <<'PROGRAM'
#!/bin/bash
case "$1" in
  login) cat >/dev/null ;;
  create) touch "$HOME/made" ;;
  get) [ -z "${STAND_IN_NEW_STORE:-}" ] || [ -e "$HOME/made" ] || exit 1; echo '{"asleep":false,"url":"http://demo","adminUrl":"http://demo/a"}' ;;
  credentials) echo '{"username":"shop","password":"planted-store"}' ;;
esac
PROGRAM
chmod +x "$DEPLOY/program"
printf '#!/bin/bash\necho "$PWD/program"\n' | tee "$DEPLOY/backend/build" >"$DEPLOY/backend/releases/helm-helper/build"
printf '#!/bin/bash\ncase "$1" in bin-dir) echo "$HOME" ;; kubeconfig) echo /dev/null ;; status) echo "{\\"httpPort\\":80,\\"running\\":true}" ;; esac\n' >"$DEPLOY/cluster/cluster"

# one ID FAIL FOLDER STUBS COMMAND...: runs it and writes down how it ended.
one() {
  local id=$1 fail=$2 folder=$3 stubs=$4 status=0 place
  shift 4
  place="$work/runs/$id"
  mkdir -p "$place/counts"
  # Links will do: no script changes a file in place.
  cp -rl "$folder" "$place/repository"
  # A command that hangs would be as silent as one that ends without a word.
  (cd "$place/repository" && env -i HOME="$place" PATH="$work/$stubs:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    COUNTS="$place/counts" FAIL="$fail" REPOSITORY="$place/repository" STAND_IN_ANSWERS="$work/answers" STAND_INS="$HERE/stand-ins" STOREFLEET_CACHE="$place/cache" \
    STOREFLEET_BUILDER=buildah "${settings[@]}" timeout "${STOREFLEET_TEST_PATIENCE:-120}" "$@") >"$place/output" 2>&1 </dev/null || status=$?
  if [ "$status" != 0 ] && ! says_what_to_do "$(cat "$place/output")"; then
    printf 'status %s, and no error with a remedy at the end:\n%s\n' "$status" "$(tail -n 5 "$place/output")" >"$work/results/$id"
  fi
  echo "$status" >"$work/results/$id.status"
  rm -rf "$place/repository" "$place/cache"
}

# each WHAT FOLDER STUBS COMMANDS -- SCRIPT...: without a failure it succeeds; with one in each of the calls of each of
# the commands it does too, or says what is wrong. Of many calls of one command, eight that are spread over them.
each() {
  # shellcheck disable=SC2053  # a pattern
  [[ $1 == ${STOREFLEET_TEST_ONLY:-*} ]] || return 0
  local what=$1 folder=$2 stubs=$3 name count call step id running=0
  local -a commands=() ids=()
  shift 3
  while [ "$1" != -- ]; do commands+=("$1") && shift; done
  shift
  id=${what//[^a-zA-Z0-9]/-}
  one "$id" none "$folder" "$stubs" "$@"
  if [ "$(cat "$work/results/$id.status")" != 0 ]; then
    fail "$what" "it fails although nothing failed: $(cat "$work/runs/$id/output")"
    return
  fi
  for name in "${commands[@]}"; do
    count=$(cat "$work/runs/$id/counts/$name" 2>/dev/null || echo 0)
    [ "$count" -gt 0 ] || fail "$what: uses $name"
    step=$(((count + 7) / 8))
    for ((call = 1; call <= count; call += step)); do
      one "$id-$name-$call" "$name:$call" "$folder" "$stubs" "$@" &
      ids+=("$id-$name-$call")
      running=$((running + 1))
      [ "$running" -lt 4 ] || { wait -n && running=$((running - 1)); }
    done
  done
  wait
  local failures=0 silent=0
  for name in "${ids[@]}"; do
    [ "$(cat "$work/results/$name.status")" = 0 ] || failures=$((failures + 1))
    [ -e "$work/results/$name" ] || continue
    silent=$((silent + 1))
    fail "${name}" "$(cat "$work/results/$name")"
  done
  [ "$failures" -gt 0 ] || fail "$what: no failure of a command ends it"
  [ "$silent" -gt 0 ] || pass "$what: ${#ids[@]} calls of ${#commands[@]} commands fail in turn, $failures end it, each with a message"
  rm -rf "$work/runs"
}

# ends WHAT TEXT SETTING... -- FAIL SCRIPT...: with this one failure it ends with TEXT and a remedy.
ends() {
  local what=$1 text=$2 id=single
  settings=()
  # shellcheck disable=SC2053  # a pattern
  [[ $what == ${STOREFLEET_TEST_ONLY:-*} ]] || return 0
  shift 2
  while [ "$1" != -- ]; do settings+=("$1") && shift; done
  rm -rf "$work/results/$id"*
  one $id "$2" "$COPY" stubs "${@:3}"
  if [ "$(cat "$work/results/$id.status")" = 0 ]; then fail "$what" "it succeeded"; elif [ -e "$work/results/$id" ]; then
    fail "$what" "$(cat "$work/results/$id")"
  elif ! grep -qE -- "$text" "$work/runs/$id/output"; then fail "$what" "without '$text': $(cat "$work/runs/$id/output")"; else pass "$what"; fi
  rm -rf "$work/runs"
  settings=()
}

settings=()
each "backend/build" "$COPY" stubs cmake git cp mv -- backend/build
each "backend/releases/helm-helper/build" "$COPY" stubs go mv git -- backend/releases/helm-helper/build
each "dashboard/build" "$COPY" stubs npm node tar cp mv -- dashboard/build
each "cluster/cluster" "$COPY" stubs go mktemp mv -- cluster/cluster bin-dir metrics testing
each "images/postgresql/build" "$COPY" stubs buildah cp mv -- images/postgresql/build
each "images/medusa/build" "$COPY" stubs buildah mktemp cp -- images/medusa/build
each "images/woocommerce/build" "$COPY" stubs buildah cp mkdir -- images/woocommerce/build --wordpress debian --woocommerce none --theme none
each "images/platform/build" "$COPY" stubs buildah ldd dpkg-query install node npm -- images/platform/build --binary /bin/true --helm-helper /bin/true
ends "a package that cannot be installed" "apt-get" -- apt-get:1 env FAIL_ALL=1 bash -c 'printf "#!/bin/bash\nexit 1\n" >"$HOME/dpkg-query"; chmod +x "$HOME/dpkg-query"; PATH="$HOME:$PATH" backend/build'
ends "Docker that does not build" "docker" -- docker:2 env STOREFLEET_BUILDER=docker images/postgresql/build
ends "Debian that cannot be bootstrapped" "debootstrap" NO_BASE=1 -- none images/postgresql/build
ends "a release that cannot be fetched" "cannot be fetched" -- none images/woocommerce/build --wordpress debian --woocommerce 11.0.1
ends "a ZIP that is none" "unzip" -- none bash -c 'echo x >"$HOME/w.zip"; images/woocommerce/build --wordpress debian --theme none --woocommerce "$HOME/w.zip"'
ends "shellcheck in ./test.sh" "error:" -- shellcheck:1 ./test.sh unit
ends "a test level that fails" "images/test" -- none bash -c 'printf "#!/bin/bash\nexit 1\n" >images/test; ./test.sh images'
ends "one of several levels" "failed: deploy" -- level:2 bash -c 'cp -r --remove-destination '"$TESTS"'/. .; ./test.sh charts deploy'
ends "a fuzzer with a finding" "found something" -- none bash -c 'mkdir -p backend/base build/backend-fuzz; touch backend/base/x_fuzz.cpp
  printf "#!/bin/bash\nexit 1\n" >build/backend-fuzz/x_fuzz; chmod +x build/backend-fuzz/x_fuzz; backend/fuzz --seconds 1'
ends "a port-forward without its words" "five words" -- none tools/port-forward
each "test.sh" "$TESTS" stubs level cluster -- ./test.sh charts cluster deploy
each "tests/integration/run" "$TESTS" stubs mktemp cluster build npm launcher cp pytest -- tests/integration/run
each "tests/e2e/run" "$TESTS" stubs mktemp cluster deploy pytest -- tests/e2e/run
each "tests/faults/run" "$TESTS" stubs mktemp cluster deploy pytest -- tests/faults/run
settings=(STOREFLEET_URL=http://storefleet.localhost)
each "tests/browser/run" "$TESTS" stubs npm node tar cp mv kubectl -- tests/browser/run
settings=(CONTEXT=kind-storefleet)
each "deploy.sh on kind" "$DEPLOY" stubs-deploy kubectl helm jq curl kind cp mkdir -- ./deploy.sh
settings=(CONTEXT=k3d-storefleet)
each "deploy.sh on k3d" "$DEPLOY" stubs-deploy k3d -- ./deploy.sh
settings=(CONTEXT=storefleet)
each "deploy.sh on minikube" "$DEPLOY" stubs-deploy minikube -- ./deploy.sh
settings=(CONTEXT=nowhere)
each "deploy.sh on the embedded cluster" "$DEPLOY" stubs-deploy kubectl helm -- ./deploy.sh --cluster embedded
settings=(CONTEXT=kind-storefleet)
each "deploy.sh --down" "$DEPLOY" stubs-deploy kubectl helm -- ./deploy.sh --down --yes
settings=()

# silent_scripts: those that nothing makes end with a message, since they go on after a failure or do without lib.sh.
silent_scripts() {
  local script first
  git ls-files -z | xargs -0 grep -lE '^#!/(usr/)?bin/(env )?(ba)?sh' | while read -r script; do
    IFS= read -r first <"$script"
    [[ $first == "#!"* ]] || continue # a script in a text
    case $script in
      .ci/run) ;; # it becomes test.sh
      */test | tests/deploy/run) ;; # tests that go on, and end with how many failed
      images/install-packages | images/*/snapshot/* | images/*/rootfs/* | images/postgresql/platform-database | images/testing/*) ;; # in an image, whose log is shown
      *)
        if ! grep -q '^set -euo pipefail$' "$script" || ! grep -qE '^(\.|source) .*/lib\.sh"?$' "$script"; then echo "$script"; fi
        ;;
    esac
  done
}
is "every other script ends at the first failure, with lib.sh's message" "" "$(silent_scripts)"

# deploys COMMAND SETTING...: runs ./deploy.sh, in which way COMMAND says; OUTPUT is what it said, SETTINGS what the chart got.
deploys() {
  settings=(CONTEXT=kind-storefleet "${@:2}")
  one deploys none "$DEPLOY" stubs-deploy bash -c "$1"' && cat "$STOREFLEET_CACHE/deploy/settings.json" >"$HOME/settings"'
  settings=()
  OUTPUT=$(cat "$work/runs/deploys/output") SETTINGS=$(cat "$work/runs/deploys/settings")
  rm -rf "$work/runs"
}
WITH_WOOCOMMERCE='{"engines":{"enabled":["woocommerce","wordpress","medusa"]},"images":{"woocommerce":"localhost/storefleet/woocommerce:before"}}'
deploys ./deploy.sh "STAND_IN_INSTALLED=$WITH_WOOCOMMERCE"
is "without the plugin, WooCommerce stays as it is installed (N3)" "WooCommerce stays as it is installed (localhost/storefleet/woocommerce:before)" \
  "$(grep -o 'WooCommerce stays as it is installed ([^)]*)' <<<"$OUTPUT")"
is "with its engine and its image" '["woocommerce","wordpress","medusa"] localhost/storefleet/woocommerce:before' "$(jq -r '"\(.engines.enabled | tojson) \(.images.woocommerce)"' <<<"$SETTINGS")"
deploys ./deploy.sh "STAND_IN_INSTALLED=$WITH_WOOCOMMERCE" STAND_IN_ENGINES=wordpress,woocommerce
is "with the plugin, it is renewed" localhost/storefleet/woocommerce:1 "$(jq -r .images.woocommerce <<<"$SETTINGS")"

# shown: the passwords in OUTPUT, in their order.
shown() { grep -o 'planted-[a-z]*' <<<"$OUTPUT" | xargs; }
deploys "script -qec ./deploy.sh /dev/null" STAND_IN_NEW_STORE=yes
is "at a terminal the passwords are shown, each once (F34)" "planted-admin planted-store" "$(shown)"
deploys "script -qec ./deploy.sh /dev/null" "STAND_IN_INSTALLED=$WITH_WOOCOMMERCE"
is "and not again by a later run" "" "$(shown)"
deploys ./deploy.sh STAND_IN_NEW_STORE=yes
is "without a terminal none is" "" "$(shown)"
is "but where to find them" 1 "$(grep -c 'user and password by: bin/storefleet credentials demo' <<<"$OUTPUT")"

# Names are data, wherever they come from.
deploys ./deploy.sh 'STAND_IN_INSTALLED={"engines":{"enabled":["medusa","a,b=\"c\"} $(id)"]},"images":{"odd,\"name\"":"x,y=\"z\""}}'
is "quotes and commas in what is installed stay what they are" '["wordpress","medusa","a,b=\"c\"} $(id)"] x,y="z"' \
  "$(jq -r '"\(.engines.enabled | tojson) \(.images["odd,\"name\""])"' <<<"$SETTINGS")"
mounts_engine() { bash -c 'set -euo pipefail; . tools/lib.sh; . tools/engines.sh; mount_engine "$1"' mount "$1"; }
mkdir "$work/engine" "$work/Engine,x"
for name in Upper 'a,b' 'a={b}' '$(id)' ../a -a a- "$(printf 'a%.0s' {1..64})"; do
  echo "name: $name" >"$work/engine/engine.yaml"
  ends_badly "no engine is called '$name'" "has no usable name" mounts_engine "$work/engine"
done
echo "name: good" | tee "$work/engine/engine.yaml" >"$work/Engine,x/engine.yaml"
ends_badly "nor is its folder 'Engine,x'" "no name for a folder" mounts_engine "$work/Engine,x"
touch "$work/engine/a,b=c"
ends_badly "nor a file of it 'a,b=c'" "cannot be mounted" mounts_engine "$work/engine"
