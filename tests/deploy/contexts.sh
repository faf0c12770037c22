# Which cluster deploy.sh takes, and what it asks. Sourced by run.
# shellcheck shell=bash disable=SC2154

start_api_server
server=$(kubectl --kubeconfig "$API_KUBECONFIG" config view --raw --minify -o 'jsonpath={.clusters[0].cluster.server}')

# world NAME: sets up a machine of its own: WORLD/home, WORLD/kubeconfig, the programs that stand in in WORLD/bin.
world() {
  WORLD="$work/world-$1"
  mkdir -p "$WORLD/bin" "$WORLD/state" "$WORLD/home" "$WORLD/cache"
  printf 'apiVersion: v1\nkind: Config\n' >"$WORLD/kubeconfig"
}

# context NAME [SERVER]: adds a context that leads to the API server, and makes it the current one.
context() {
  kubectl --kubeconfig "$API_KUBECONFIG" config view --raw --flatten --minify -o json |
    jq --arg name "$1" --arg server "${2:-$server}" '.clusters[0].name = $name | .users[0].name = $name | .clusters[0].cluster.server = $server
      | .contexts = [{name: $name, context: {cluster: $name, user: $name}}] | .["current-context"] = $name' >"$WORLD/kubeconfig"
}

# program NAME [CLUSTER...]: the stand-in is installed and knows these clusters.
program() {
  local cluster
  ln -sf "$HERE/stand-ins/$1" "$WORLD/bin/$1"
  for cluster in "${@:2}"; do echo "$API_KUBECONFIG" >"$WORLD/state/$1-$cluster"; done
}

# in_world COMMAND...
in_world() {
  env -i HOME="$WORLD/home" PATH="$WORLD/bin:$PATH" KUBECONFIG="$WORLD/kubeconfig" STOREFLEET_CACHE="$WORLD/cache" \
    STAND_IN_STATE="$WORLD/state" STAND_IN_CLUSTER="$API_KUBECONFIG" STAND_IN_IP="${STAND_IN_IP:-192.168.49.2}" "$@" </dev/null
}

# found ARGUMENTS: what find_cluster decides, in one line.
found() {
  in_world bash -c 'set -euo pipefail; . tools/lib.sh; . tools/clusters.sh; EMBEDDED_STATE=$1
    choose_embedded() { CLUSTER_KIND=embedded; } # without root, too
    find_cluster "$2"; echo "$CLUSTER_KIND ${CLUSTER_CONTEXT:-none} $(is_foreign && echo foreign)"' found "$WORLD/embedded" "$@" 2>"$WORLD/messages"
}

world names
context somebody-elses
is "a context that nobody knows is foreign" "current somebody-elses foreign" "$(found auto)"
is "and is not when somebody names it" "current somebody-elses " "$(found current)"
context kind-demo
is "a context called kind-… is foreign without kind" "current kind-demo foreign" "$(found auto)"
program kind other
is "and where kind does not know it" "current kind-demo foreign" "$(found auto)"
program kind demo
is "and is kind's where it does" "kind kind-demo " "$(found auto)"
is "also when it is named" "kind kind-demo " "$(found current)"
context k3d-demo
program k3d demo
is "k3d's" "k3d k3d-demo " "$(found auto)"
context minikube
program minikube minikube
is "Minikube's" "minikube minikube " "$(found auto)"
context team
program minikube team
is "a profile of Minikube's of another name" "minikube team " "$(found auto)"

world elsewhere
# Another address of this very machine stands for one that is elsewhere: it is no loopback address to the script.
address=$(hostname -I 2>/dev/null | awk '{print $1}')
if [ -n "$address" ]; then
  context kind-demo "https://$address:${server##*:}"
  program kind demo
  is "kind's name with an address elsewhere is not kind's cluster" "kind none " "$(found auto)"
else
  skip "an address elsewhere: this machine has only loopback"
fi

world embedded
context whatever-it-is-called
mkdir -p "$WORLD/embedded"
cp "$API_KUBECONFIG" "$WORLD/embedded/kubeconfig"
is "the embedded cluster is known by server and authority, whatever its context is called (D1)" "embedded none " "$(found auto)"
is "also as the current one" "embedded none " "$(found current)"
sed -i 's/certificate-authority-data: .*/certificate-authority-data: QUJD/' "$WORLD/embedded/kubeconfig"
is "another authority at its address is another cluster" "current whatever-it-is-called foreign" "$(found auto)"

world none
is "without context and programs it is the embedded one" "embedded none " "$(found auto)"
program minikube
is "with Minikube installed, Minikube" "minikube none " "$(found auto)"
program kind
is "kind goes before it" "kind none " "$(found auto)"
program k3d
is "k3d goes before both" "k3d none " "$(found auto)"
is "one may be named" "minikube none " "$(found minikube)"
program minikube minikube
is "an existing Minikube is used, and kubectl learns of it again" "minikube minikube " "$(found minikube)"
ends_badly "no current context" "has no current context" in_world env KUBECONFIG=/nonexistent ./deploy.sh --cluster current

world away
context gone https://127.0.0.1:1
program kind
is "a context that does not answer is said, and passed over" "kind none " "$(found auto)"
grep -q "'gone' (https://127.0.0.1:1) does not answer" "$WORLD/messages" && pass "with its name and server" || fail "with its name and server" "$(cat "$WORLD/messages")"
ends_badly "named, it is an error" "'gone' .*does not answer" in_world ./deploy.sh --cluster current
ends_badly "a program that is not there" "k3d is not installed" in_world ./deploy.sh --cluster k3d
ends_badly "an unknown kind" "unknown kind" in_world ./deploy.sh --cluster moon

world foreign
context production
ends_badly "without a terminal a foreign cluster is left alone" "'production' \($server\).*no cluster of this machine" in_world ./deploy.sh
ends_badly "and it says what to type" "--cluster current" in_world ./deploy.sh
ends_badly "so it is by --down --yes" "'production' \($server\)" in_world ./deploy.sh --down --yes
is "and nothing was made there" "" "$(kubectl --kubeconfig "$API_KUBECONFIG" get namespace storefleet-system --ignore-not-found -o name)"
# on_terminal ANSWER COMMAND...: with a terminal at which somebody types ANSWER.
on_terminal() {
  /usr/bin/python3 - "$@" <<'PYTHON'
import os, pty, select, sys
answer, command = sys.argv[1], sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
said = b""
asked = False
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    said += part
    if not asked and b"[y/N]" in said:
        asked = True
        os.write(terminal, answer.encode() + b"\n")
sys.stdout.write(said.decode().replace("\r", ""))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
PYTHON
}
in_world_at_terminal() {
  on_terminal "$1" env -i HOME="$WORLD/home" PATH="$WORLD/bin:$PATH" KUBECONFIG="$WORLD/kubeconfig" STOREFLEET_CACHE="$WORLD/cache" "${@:2}"
}
ends_badly "at a terminal it asks, and takes anything but y for no" "nothing was changed" in_world_at_terminal yes ./deploy.sh
ends_badly "with context and server in the question" "'production' \($server\)\? \[y/N\]" in_world_at_terminal n ./deploy.sh
ends_badly "--down asks too" "Delete every store.*'production' \($server\)\? \[y/N\]" in_world_at_terminal n ./deploy.sh --down
ends_badly "after y it goes on, to what is wrong with images there" "images cannot be loaded into" in_world_at_terminal y ./deploy.sh
ends_badly "--cluster current does not ask" "images cannot be loaded into" in_world ./deploy.sh --cluster current

world switching
context kind-one
program kind one
is "what was found stays the target when somebody switches contexts" "kind-one" "$(in_world bash -c 'set -euo pipefail; . tools/lib.sh; . tools/clusters.sh
  find_cluster auto; KUBECONFIG=$1 kubectl config set-context other >/dev/null; KUBECONFIG=$1 kubectl config use-context other >/dev/null
  kubectl config current-context' switching "$WORLD/kubeconfig")"
is "its kubeconfig is for its owner alone" "600" "$(stat -c %a "$WORLD"/cache/deploy/kubeconfig-*)"

world making
program kind
ends_badly "a kind cluster is made with flags that kind has; without ingress it says what to type" "helm --kube-context kind-storefleet upgrade --install traefik" \
  in_world ./deploy.sh --cluster kind
is "with a port of this machine" "kind create cluster --name storefleet --wait 120s --config -" "$(grep create "$WORLD/state/calls")"
ends_well "--down removes what deploy.sh made" "everything is removed" in_world ./deploy.sh --down --yes --cluster kind
is "by kind's own command" "kind delete cluster --name storefleet" "$(grep delete "$WORLD/state/calls")"
program kind storefleet
ends_well "and not a cluster of the same name that it did not make" "everything is removed" in_world ./deploy.sh --down --yes --cluster kind
is "which still exists" "storefleet" "$(in_world kind get clusters)"
